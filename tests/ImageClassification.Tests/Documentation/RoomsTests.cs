using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ImageClassification.Tests.Documentation;

/// <summary>The folders of <c>src</c> as <c>docs/architecture.md</c> lists them: each depends only on folders above it in the list.</summary>
public sealed class RoomsTests
{
    private const int MostFiles = 12;

    private static readonly string Source = Path.Combine(DocumentationTests.Repository ?? "", "src");

    [Fact]
    public void Rooms_OfThePage_AreTheFoldersOfTheSource()
    {
        if (DocumentationTests.Repository is null)
            return;

        Assert.Equal(Folders().Order(StringComparer.Ordinal), Listed().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Rooms_OfTheSource_DependOnRoomsAboveThemOnly()
    {
        if (DocumentationTests.Repository is null)
            return;
        List<string> order = Listed();

        string[] upwards = [.. Dependencies().Where(item => order.IndexOf(item.On) > order.IndexOf(item.Folder))
            .GroupBy(item => (item.Folder, item.On), item => $"{item.File}: {item.Type}")
            .Select(group => $"{group.Key.Folder} -> {group.Key.On}: {string.Join(", ", group.Distinct().Take(6))}").Order(StringComparer.Ordinal)];

        Assert.True(upwards.Length == 0, string.Join("\n", upwards));
    }

    [Fact]
    public void Rooms_OfTheSource_AreSmall()
    {
        if (DocumentationTests.Repository is null)
            return;

        Assert.DoesNotContain(Files().GroupBy(FolderOf), folder => folder.Count() > MostFiles);
    }

    [Fact]
    public void Namespaces_OfTheSource_AreTheirFolders()
    {
        if (DocumentationTests.Repository is null)
            return;

        // Catalogs extend ML.NET's, Extensions ASP.NET's; like ML.NET's and ASP.NET's own, they are found without a using of their folder.
        Assert.DoesNotContain(Files().Where(file => FolderOf(file) != "ResNeXt.AspNetCore/Extensions"), file =>
            File.ReadLines(file).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal)) is { } line
            && line != $"namespace {FolderOf(file).Replace('/', '.').Replace(".Catalogs", "", StringComparison.Ordinal)};");
    }

    // Whoever else opens a session would have to switch off telemetry itself.
    [Fact]
    public void OnnxRuntime_InTheSource_IsReachedThroughOneType()
    {
        if (DocumentationTests.Repository is null)
            return;

        Assert.DoesNotContain(Files().Where(file => Path.GetFileName(file) != "OnnxRuntimeAccess.cs"), file =>
            File.ReadAllText(file) is var text && (text.Contains("new InferenceSession(", StringComparison.Ordinal)
                || text.Contains("new SessionOptions", StringComparison.Ordinal) || text.Contains("OrtEnv.Instance", StringComparison.Ordinal)));
    }

    private static List<string> Listed()
    {
        CodeBlock rooms = CodeBlock.Of(Path.Combine(DocumentationTests.Repository!, "docs", "architecture.md"))
            .Single(block => block.Language == "rooms");
        return [.. rooms.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0])];
    }

    private static IEnumerable<string> Folders() => Files().Select(FolderOf).Distinct();

    private static IEnumerable<string> Files() => Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(Source, file).Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));

    private static string FolderOf(string file) =>
        Path.GetRelativePath(Source, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '/');

    private static IEnumerable<(string Folder, string On, string File, string Type)> Dependencies()
    {
        CSharpCompilation program = Compile();
        return program.SyntaxTrees.Where(tree => tree.FilePath.Length > 0).AsParallel().SelectMany(tree => DependenciesOf(tree, program.GetSemanticModel(tree)).Distinct());
    }

    private static IEnumerable<(string Folder, string On, string File, string Type)> DependenciesOf(SyntaxTree tree, SemanticModel model)
    {
        foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            ISymbol? symbol = model.GetSymbolInfo(name).Symbol;
            INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
            if (type?.OriginalDefinition.DeclaringSyntaxReferences.FirstOrDefault()?.SyntaxTree.FilePath is { Length: > 0 } declared
                && FolderOf(declared) != FolderOf(tree.FilePath))
                yield return (FolderOf(tree.FilePath), FolderOf(declared), Path.GetFileNameWithoutExtension(tree.FilePath), type.Name);
        }
    }

    // Both libraries at once, from their sources: so each sees the other's internal types as it does when it is built.
    private static CSharpCompilation Compile()
    {
        CSharpParseOptions options = new CSharpParseOptions(LanguageVersion.Latest).WithDocumentationMode(DocumentationMode.None);
        const string Usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
            + "global using System.Threading; global using System.Threading.Tasks;";
        IEnumerable<SyntaxTree> trees = Files().Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options, file))
            .Prepend(CSharpSyntaxTree.ParseText(Usings, options));
        IEnumerable<string> libraries = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("ResNeXt.", StringComparison.Ordinal));
        return CSharpCompilation.Create("both", trees, libraries.Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
    }
}
