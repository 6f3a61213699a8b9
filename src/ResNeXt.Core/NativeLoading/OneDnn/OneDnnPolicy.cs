namespace ResNeXt.Core.NativeLoading.OneDnn;

/// <summary>What the user allows to be done to libtorch's oneDNN.</summary>
internal enum OneDnnPolicy
{
    /// <summary>Give it true sizes of caches where its own are impossible; switch it off where that does not help.</summary>
    Repair,

    /// <summary>Write nothing into its memory; switch it off where it is wrong.</summary>
    NoRepair,

    /// <summary>Switch it off on every machine.</summary>
    Off,
}

/// <summary>Reads the policy from the environment.</summary>
internal static class OneDnnPolicies
{
    /// <summary>The variable: <c>repair</c> (default), <c>no-repair</c> or <c>off</c>.</summary>
    public const string Variable = "RESNEXT_ONEDNN";

    /// <summary>The policy that a value names.</summary>
    /// <exception cref="InvalidOperationException">It names none.</exception>
    public static OneDnnPolicy Parse(string? value) => value switch
    {
        null or "" or "repair" => OneDnnPolicy.Repair,
        "no-repair" => OneDnnPolicy.NoRepair,
        "off" => OneDnnPolicy.Off,
        _ => throw new InvalidOperationException(
            $"The environment variable {Variable} is '{value}'; it must be 'repair', 'no-repair' or 'off', or not be set."),
    };
}
