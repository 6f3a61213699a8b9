using Microsoft.ML;
using ResNeXt.Core;
using ResNeXt.Tool.Parsing;

namespace ResNeXt.Tool.Comparison;

/// <summary>The value of <c>--candidates</c>: names of networks and of other classifiers.</summary>
internal sealed class CompareCandidates
{
    // A linear classifier gains nothing from more pixels, but takes more time, and no time limit can stop it.
    private const int LinearImageSize = 32;

    private const string Linear = "linear", Kernel = "kernel";

    /// <summary>The default: a linear and a nonlinear classifier, and a narrow, an ordinary and a ResNeXt network.</summary>
    public const string Default = "linear,kernel,resnet20_cifar,resnet18,resnext50_32x4d";

    private readonly IReadOnlyList<string> _others;

    private CompareCandidates(IReadOnlyList<string> architectures, IReadOnlyList<string> others) => (Architectures, _others) = (architectures, others);

    /// <summary>The networks among the candidates.</summary>
    public IReadOnlyList<string> Architectures { get; }

    /// <exception cref="ArgumentException">A name is unknown or given twice, or there is none.</exception>
    public static CompareCandidates Parse(string names)
    {
        string[] given = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] architectures = [.. ResNeXt.Core.Architectures.All.Select(architecture => architecture.Name)], others = [Linear, Kernel];
        string[] unknown = [.. given.Except([.. architectures, .. others])];
        if (unknown.Length > 0)
            throw new ArgumentException(NamedChoice.Unknown("--candidates", unknown[0], [.. others, .. architectures]));
        if (given.Length == 0 || given.Distinct().Count() < given.Length)
            throw new ArgumentException($"--candidates is '{names}'; name at least one candidate, and each once.");
        return new([.. given.Intersect(architectures)], [.. given.Intersect(others)]);
    }

    /// <summary>Gets the pipelines of the candidates that are not networks.</summary>
    public IEnumerable<(string Name, IEstimator<ITransformer> Pipeline)> Others(MLContext mlContext) =>
        _others.Select(name => (name, name == Linear ? PixelBaselines.Linear(mlContext, LinearImageSize) : PixelBaselines.Kernel(mlContext)));
}
