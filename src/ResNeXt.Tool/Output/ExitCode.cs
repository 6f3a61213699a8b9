namespace ResNeXt.Tool.Output;

/// <summary>The exit codes of the process.</summary>
internal static class ExitCode
{
    /// <summary>The command succeeded.</summary>
    public const int Done = 0;

    /// <summary>The user made a mistake, which standard error describes.</summary>
    public const int Mistake = 1;

    /// <summary>The command succeeded in part, for example if some images could not be read.</summary>
    public const int Partly = 2;

    /// <summary>The command was interrupted and wrote nothing. Shells report the same code for other programs.</summary>
    public const int Interrupted = 130;
}
