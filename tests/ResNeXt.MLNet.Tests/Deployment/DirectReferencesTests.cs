using System.Reflection;
using System.Xml.Linq;
using ResNeXt.Core;

namespace ResNeXt.MLNet.Tests.Deployment;

/// <summary>
/// Each package whose assembly a library calls is a direct reference of that library. Central package versions hide a missing one inside this
/// repository: a project outside it, which has none, gets another version, or none, and fails when the first method that needs it runs.
/// </summary>
public sealed class DirectReferencesTests
{
    /// <summary>The package of each assembly that has another name than its package, or that shares a package with others.</summary>
    private static readonly Dictionary<string, string> PackageOfAssembly = new()
    {
        ["Microsoft.ML.Core"] = "Microsoft.ML",
        ["Microsoft.ML.Data"] = "Microsoft.ML",
        ["Microsoft.ML.StandardTrainers"] = "Microsoft.ML",
        ["Microsoft.ML.Transforms"] = "Microsoft.ML",
        ["Microsoft.ML.OnnxRuntime"] = "Microsoft.ML.OnnxRuntime.Managed",
    };

    private static readonly HashSet<string> Framework = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location))
        .Select(path => Path.GetFileNameWithoutExtension(path))];

    [SourceFact]
    public void Core_CalledPackages_AreDirectReferences() => AssertDirect(typeof(Architecture).Assembly);

    [SourceFact]
    public void MLNet_CalledPackages_AreDirectReferences() => AssertDirect(typeof(ResNeXtTrainer).Assembly);

    private static void AssertDirect(Assembly library)
    {
        string name = library.GetName().Name!;
        XDocument project = XDocument.Load(Path.Combine(SourceFactAttribute.Repository!, "src", name, $"{name}.csproj"));
        string[] direct = [.. References("PackageReference"), .. References("ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path))];

        string[] called = [.. library.GetReferencedAssemblies().Select(reference => reference.Name!).Where(reference => !Framework.Contains(reference))
            .Select(reference => PackageOfAssembly.GetValueOrDefault(reference, reference)).Distinct()];

        Assert.NotEmpty(called);
        Assert.Empty(called.Except(direct, StringComparer.OrdinalIgnoreCase));

        IEnumerable<string> References(string element) => project.Descendants(element).Select(item => item.Attribute("Include")!.Value);
    }
}
