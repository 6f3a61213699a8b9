using System.Reflection;
using TorchSharp;

namespace ResNeXt.Core.Tests;

/// <summary>House rules that a reviewer need not check.</summary>
public sealed class ConventionTests
{
    private static readonly Assembly Core = typeof(Architecture).Assembly;

    [Fact]
    public void Core_ReferencedAssemblies_HaveNoMLNetAmongThem()
    {
        // Microsoft.ML.OnnxRuntime is named like a part of ML.NET, but is none.
        string[] references = [.. Core.GetReferencedAssemblies().Select(name => name.Name!)
            .Where(name => name.StartsWith("Microsoft.ML", StringComparison.Ordinal) && name != "Microsoft.ML.OnnxRuntime")];

        Assert.Empty(references);
    }

    [Fact]
    public void PublicTypes_OfCore_AreSealedOrStatic()
    {
        string[] open = [.. Core.GetExportedTypes().Where(type => type is { IsClass: true, IsSealed: false }).Select(type => type.FullName!)];

        Assert.Empty(open);
    }

    [Fact]
    public void Types_OfCore_HaveNoNamesThatSayNothing()
    {
        string[] empty = ["Helper", "Helpers", "Utils", "Utility", "Manager", "Base"];
        string[] found = [.. Core.GetTypes().Select(type => type.Name).Where(name => empty.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)))];

        Assert.Empty(found);
    }

    [Fact]
    public void Types_OfCore_HaveNoFinalizers()
    {
        string[] finalized = [.. Core.GetTypes().Where(type => !typeof(torch.nn.Module).IsAssignableFrom(type))
            .Where(type => type.GetMethod("Finalize", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly) is not null)
            .Select(type => type.FullName!)];

        Assert.Empty(finalized);
    }
}
