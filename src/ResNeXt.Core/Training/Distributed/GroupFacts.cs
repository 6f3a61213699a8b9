using System.Globalization;
using System.Text;
using System.Text.Json;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Kernels;
using ResNeXt.Core.Processors;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Data;
using ResNeXt.Core.Training.Recipes;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Distributed;

/// <summary>
/// What all processes of a group must have in common, as names and values that a person can compare: options, images, first weights, software and
/// processor. Otherwise their weights would drift apart, and nobody would notice.
/// </summary>
internal static class GroupFacts
{
    /// <summary>Collects the facts of this process.</summary>
    /// <param name="network">The network with its first weights.</param>
    /// <param name="options">The options.</param>
    /// <param name="datasets">The images.</param>
    public static IReadOnlyDictionary<string, string> Of(ResidualNetwork network, TrainingOptions options, TrainingDatasets datasets) =>
        new Dictionary<string, string>(CheckpointFolder.Identity(
            network.Architecture, options, datasets.Normalization, datasets.Training, datasets.Validation))
        {
            [nameof(options.GradientBucketInMegabytes)] = options.GradientBucketInMegabytes.ToString(CultureInfo.InvariantCulture),
            ["First weights"] = WeightDigest.Of(network.GetWeights()),
            ["Program"] = $"{typeof(GroupFacts).Assembly.ManifestModule.ModuleVersionId}",
            ["TorchSharp"] = $"{typeof(TorchSharp.torch).Assembly.GetName().Version}",
            ["Processor"] = string.Join(' ', CpuFeatures.Current.Names),
            ["Kernels"] = KernelSwitch.IsOn ? "on" : "off",
            ["Threads"] = get_num_threads().ToString(CultureInfo.InvariantCulture),
        };

    /// <summary>Compares the facts of all processes with those of rank 0.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="own">The facts of this process.</param>
    /// <exception cref="RankFailedException">A process differs; the message names it. Thrown in all processes.</exception>
    public static void Compare(ProcessGroup group, IReadOnlyDictionary<string, string> own)
    {
        Dictionary<string, string>[] facts = [.. group.AllGather(JsonSerializer.SerializeToUtf8Bytes(own))
            .Select(text => JsonSerializer.Deserialize<Dictionary<string, string>>(text)!)];
        for (int rank = 1; rank < group.Size; rank++)
        {
            string[] differences =
                [.. RunIdentity.Compare(facts[0], facts[rank]).Select(fact => $"{fact.Name}: {fact.Second} instead of {fact.First}")];
            if (differences.Length > 0)
            {
                throw new RankFailedException(new(rank, IsReported: false,
                    $"{group.NameOf(rank)} differs from rank 0 ({string.Join("; ", differences)}); "
                    + "start all processes with the same options, images, programs and kinds of processors."));
            }
        }
    }

    /// <summary>Compares the weights of all processes, which have done the same updates.</summary>
    /// <param name="group">The processes.</param>
    /// <param name="network">The network.</param>
    /// <exception cref="RankFailedException">The weights of a process differ. Thrown in all processes.</exception>
    public static void CompareWeights(ProcessGroup group, ResidualNetwork network)
    {
        byte[][] digests = group.AllGather(Encoding.ASCII.GetBytes(WeightDigest.Of(network.GetWeights())));
        int other = Array.FindIndex(digests, digest => !digest.AsSpan().SequenceEqual(digests[0]));
        if (other >= 0)
        {
            throw new RankFailedException(new(other, IsReported: false,
                $"{group.NameOf(other)} has other weights than rank 0 after the same updates: one of the two computes or transfers wrongly. "
                + "Check the memory and the network of both machines, and resume from the last checkpoint."));
        }
    }
}
