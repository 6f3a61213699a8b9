namespace ImageClassification.Tests.Documentation;

/// <summary>A test that reads the pages of the repository; skipped where the tests run without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RepositoryFactAttribute : FactAttribute
{
    public RepositoryFactAttribute() => Skip = DocumentationTests.Repository is null ? "There is no repository around the tests." : null;
}
