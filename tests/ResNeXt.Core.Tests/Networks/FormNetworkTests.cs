using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training.Optimizers;
using ResNeXt.Core.Weights;
using ResNeXt.Core.Weights.Matching;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Networks;

/// <summary>Networks of every form train, export and save.</summary>
public sealed class FormNetworkTests
{
    private const int Classes = 3;
    private const int Size = SmallNetworks.ImageSize;

    public static TheoryData<Architecture> Networks =>
    [
        SmallNetworks.ResNeXt,
        SmallNetworks.ResNeXt with { Form = BlockForm.Aggregated },
        SmallNetworks.ResNeXt with { Form = BlockForm.EarlyConcatenation, ZeroInitializeLastNormalization = true },
        SmallNetworks.ResNeXt.InKerasForm(),
        SmallNetworks.ResNeXt with { Form = BlockForm.SplitGrouped },
        SmallNetworks.ResNeXt.InTextbookForm(),
        SmallNetworks.ResNeXt.InTextbookForm() with { Form = BlockForm.Aggregated },
        SmallNetworks.ResNeXt.InTextbookForm() with { Form = BlockForm.SplitTransformMerge },
        SmallNetworks.ResNet,
        SmallNetworks.ResNet.InTextbookForm(),
        SmallNetworks.ResNet with { Shortcut = ShortcutKind.ZeroPadding, ZeroInitializeLastNormalization = true, InputChannels = 1 },
        SmallNetworks.ResNeXt with { StridePlacement = StridePlacement.First1x1, Initialization = InitializationKind.Glorot },
    ];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Network_OfAnyForm_TrainsExportsAndSaves(Architecture architecture)
    {
        set_num_threads(1);
        using DisposeScope scope = NewDisposeScope();
        using var network = new ResidualNetwork(architecture, Classes, seed: 3);
        double[] losses = Train(network, steps: 8);
        Assert.True(losses[^1] < losses[0], $"The losses are {string.Join(", ", losses)}.");

        StateDict weights = network.GetWeights();
        AssertExport(network, weights);
        AssertSaved(architecture, weights);
    }

    private static double[] Train(ResidualNetwork network, int steps)
    {
        int channels = network.Architecture.InputChannels;
        Tensor images = tensor(GoldenWeights.Images(6, channels, Size), [6, channels, Size, Size]), labels = tensor(GoldenWeights.Labels(6, Classes));
        using var optimizer = new Optimizer(OptimizedParameters.Of(network), new SgdRule(0.9, nesterov: false));
        var losses = new double[steps];
        for (int step = 0; step < steps; step++)
        {
            Tensor loss = nn.functional.cross_entropy(network.call(images), labels);
            losses[step] = loss.item<float>();
            loss.backward();
            using (no_grad())
                optimizer.Step(0.02, step);
        }
        return losses;
    }

    private static void AssertExport(ResidualNetwork network, StateDict weights)
    {
        var model = new ClassifierModel
        {
            Architecture = network.Architecture,
            Weights = weights,
            ClassNames = ["a", "b", "c"],
            Shape = new ImageShape(network.Architecture.InputChannels, Size, Size),
        };
        byte[] onnx = OnnxExporter.Write(model);
        OnnxVerification.Compare(onnx, new OnnxSignature(), network, model);
        ClassifierModel read = OnnxReader.Read(onnx);
        Assert.Equal(network.Architecture with { Depths = default }, read.Architecture with { Depths = default });
        Assert.Equal(weights.Tensors.Keys, read.Weights.Tensors.Keys);
    }

    private static void AssertSaved(Architecture architecture, StateDict weights)
    {
        using var file = new TemporaryFile();
        SafetensorsFile.Write(file.Path, weights);
        StateDict read = StateDictMatcher.Match(architecture, Classes, WeightFile.Read(file.Path), "file").Weights;
        using var again = new ResidualNetwork(architecture, Classes, seed: 9);
        again.SetWeights(read);
        Assert.All(again.GetWeights().Tensors, tensor => Assert.Equal(weights.Tensors[tensor.Key].Values.ToArray(), tensor.Value.Values.ToArray()));
    }
}
