namespace ResNeXt.Core.NativeLoading.OneDnn;

/// <summary>What may be done to libtorch's oneDNN.</summary>
internal enum OneDnnPolicy
{
    /// <summary>Correct its cache sizes if they are impossible; switch it off if that fails.</summary>
    Repair,

    /// <summary>Write nothing to its memory; switch it off if its cache sizes are impossible.</summary>
    NoRepair,

    /// <summary>Switch it off on every machine.</summary>
    Off,
}

/// <summary>Reads the policy from the environment.</summary>
internal static class OneDnnPolicies
{
    /// <summary>The environment variable: <c>repair</c> (default), <c>no-repair</c> or <c>off</c>.</summary>
    public const string Variable = "RESNEXT_ONEDNN";

    /// <summary>Returns the policy that a value of the variable names.</summary>
    /// <exception cref="InvalidOperationException">The value names no policy.</exception>
    public static OneDnnPolicy Parse(string? value) => value switch
    {
        null or "" or "repair" => OneDnnPolicy.Repair,
        "no-repair" => OneDnnPolicy.NoRepair,
        "off" => OneDnnPolicy.Off,
        _ => throw new InvalidOperationException(
            $"The environment variable {Variable} is '{value}'; it must be 'repair', 'no-repair' or 'off', or not be set."),
    };
}
