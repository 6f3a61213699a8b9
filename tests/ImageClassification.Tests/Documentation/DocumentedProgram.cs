using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ImageClassification.Tests.Documentation;

/// <summary>The C# blocks of a page as one program, as a reader would copy them one after the other.</summary>
internal static class DocumentedProgram
{
    // What a new console project adds to each file, and the namespaces of this project, which pages name only once.
    private static readonly string[] Usings =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "Microsoft.ML", "Microsoft.ML.Data",
        "ResNeXt.Core", "ResNeXt.Core.Weights", "ResNeXt.MLNet",
    ];

    /// <summary>Compiles it to a file and returns the compiler's errors.</summary>
    /// <param name="blocks">The page.</param>
    /// <param name="before">Declares what the page takes for granted.</param>
    /// <param name="assembly">Where to write the program.</param>
    public static IReadOnlyList<string> Compile(IEnumerable<CodeBlock> blocks, string before, string assembly)
    {
        string[] lines = [.. blocks.Where(block => block.Language == "csharp").SelectMany(block => block.Text.Split('\n'))];
        string[] own = [.. lines.Where(IsUsing).Distinct()];
        string text = string.Join('\n', [.. own, before, .. lines.Where(line => !IsUsing(line))]);
        string global = string.Join('\n', Usings.Select(name => $"global using {name};"));
        IEnumerable<MetadataReference> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var options = new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable);
        CSharpCompilation program = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(assembly), [CSharpSyntaxTree.ParseText(global), CSharpSyntaxTree.ParseText(text)], references, options);
        return [.. program.Emit(assembly).Diagnostics
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => $"{diagnostic}")];
    }

    private static bool IsUsing(string line) =>
        line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('=') && !line.Contains('(');
}
