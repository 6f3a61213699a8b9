namespace ResNeXt.Core.NativeLoading;

/// <summary>What may be done to the process so that TorchSharp's native libraries load and run well.</summary>
internal enum LoadingPolicy
{
    /// <summary>
    /// Offer .NET the libraries that this library finds, patch a copy if the system's libstdc++ is too old, and limit the spinning of OpenMP threads.
    /// </summary>
    Adapt,

    /// <summary>Load the libraries as they are and change nothing.</summary>
    Plain,
}

/// <summary>Reads the policy from the environment.</summary>
internal static class LoadingPolicies
{
    /// <summary>The environment variable: <c>adapt</c> (default) or <c>plain</c>.</summary>
    public const string Variable = "RESNEXT_NATIVE_LOADING";

    /// <summary>The policy of this process.</summary>
    /// <exception cref="InvalidOperationException">The environment variable has an invalid value.</exception>
    public static LoadingPolicy Current => Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" or "adapt" => LoadingPolicy.Adapt,
        "plain" => LoadingPolicy.Plain,
        var other => throw new InvalidOperationException(
            $"The environment variable {Variable} is '{other}'; it must be 'adapt' or 'plain', or not be set."),
    };
}
