namespace ResNeXt.Tests;

/// <summary>A test on the real images, weights and reference values of the folder <c>shared</c> beside the repository; skipped where it is absent.</summary>
public sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute() => Skip = SharedData.MissingReason;
}

/// <inheritdoc cref="SharedDataFactAttribute"/>
public sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute() => Skip = SharedData.MissingReason;
}
