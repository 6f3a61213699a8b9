using ResNeXt.Core.Onnx;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Training;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.Loop;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.Core.Weights;
using ResNeXt.Core.Weights.Matching;
using Xunit.Abstractions;

namespace ResNeXt.Core.Tests.Robustness;

/// <summary>Damaged files of every format end in the exception that the reader's documentation names, or are read; nothing else.</summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    public static TheoryData<string> Formats => ["zip", "zip with checksums", "int8 zip", "int8 zip with checksums", "onnx", "onnx without checksum", "safetensors",
        "safetensors without checksum", "checkpoint", "checkpoint without checksum", "PyTorch zip", "PyTorch legacy", "PyTorch tar"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_SomeDamagedCopies_ThrowsWhatIsDocumentedOrReads(string format) => Run(format, MutationRun.Few);

    [Theory]
    [MemberData(nameof(Formats))]
    [Trait("Category", "Slow")]
    public void Read_ManyDamagedCopies_ThrowsWhatIsDocumentedOrReads(string format) => Run(format, MutationRun.Many);

    private void Run(string format, int count) => output.WriteLine($"{format}: " + (format switch
    {
        "zip" => MutationRun.Check(SampleFiles.Zip(SampleFiles.OnnxModel), count, ReadModel),
        "zip with checksums" => MutationRun.Check(SampleFiles.WithoutSeal(SampleFiles.OnnxModel), count, ReadModel, finish: onnx => SampleFiles.Zip(onnx)),
        "int8 zip" => MutationRun.Check(SampleFiles.Zip(SampleFiles.Int8Model), count, ReadModel),
        "int8 zip with checksums" => MutationRun.Check(SampleFiles.WithoutSeal(SampleFiles.Int8Model), count, ReadModel, finish: onnx => SampleFiles.Zip(onnx)),
        "onnx" => MutationRun.Check(SampleFiles.OnnxModel, count, ReadWeights),
        "onnx without checksum" => MutationRun.Check(SampleFiles.WithoutSeal(SampleFiles.OnnxModel), count, ReadWeights),
        "safetensors" => MutationRun.Check(SampleFiles.Safetensors, count, ReadWeights),
        "safetensors without checksum" => MutationRun.Check(SampleFiles.WithoutDigest(SampleFiles.Safetensors), count, ReadWeights),
        "checkpoint" => RunCheckpoints(count, file => file),
        "checkpoint without checksum" => RunCheckpoints(count, SampleFiles.WithoutDigest),
        "PyTorch zip" => MutationRun.Check(SampleFiles.Torch.Zip(), count, ReadWeights),
        "PyTorch legacy" => MutationRun.Check(SampleFiles.Torch.Legacy(), count, ReadWeights),
        "PyTorch tar" => MutationRun.Check(SampleFiles.TorchTar.Write(), count, ReadWeights),
        _ => throw new ArgumentException(format),
    }));

    private static void ReadModel(byte[] content)
    {
        using var file = new TemporaryFile(content);
        byte[] onnx = ModelZip.ReadOnnx(file.Path);
        ClassifierModel model = OnnxReader.ReadAny(onnx);
        if (model.HasOtherGraph)
            OnnxVerification.CheckRuns(onnx, model);
        else
            OnnxExporter.Write(model);
    }

    // With what a reader of weights does next: metadata, and the match with a network.
    private static void ReadWeights(byte[] content)
    {
        using var file = new TemporaryFile(content);
        StateDict weights = WeightFile.Read(file.Path);
        Architecture? architecture = ModelMetadata.Architecture(weights.Metadata);
        _ = (ModelMetadata.Shape(weights.Metadata), ModelMetadata.ClassNames(weights.Metadata), ModelMetadata.Normalization(weights.Metadata));
        StateDictMatcher.Match(architecture ?? Networks.SmallNetworks.ResNet, 5, weights, file.Path);
    }

    private static string RunCheckpoints(int count, Func<byte[], byte[]> form)
    {
        using var folder = new TemporaryFolder();
        TrainingRecipe recipe = SmallTraining.FineTune with { MaxEpochs = 3, FineTuning = new() { FrozenEpochs = 1, Interpolation = 0.5f } };
        TrainingOptions options = SmallTraining.Options(recipe);
        SmallTraining.Train(options, SmallTraining.Checkpoints(folder.Path, options, kept: 2));
        // That of the first epoch, which a training goes on from.
        string path = Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal).First();
        byte[] original = form(File.ReadAllBytes(path));
        foreach (string other in Directory.GetFiles(folder.Path).Where(other => other != path))
            File.Delete(other);
        using ResidualNetwork network = SmallTraining.Network();
        TrainingPhase phase = TrainingPhase.Of(recipe, network.Parts)[0];
        using var step = new TrainingStep(network, recipe, phase, Computation.OnCpu);
        var check = new CheckpointCheck(network, recipe, batchesPerEpoch: 4);
        CheckpointFolder checkpoints = SmallTraining.Checkpoints(folder.Path, options);
        return MutationRun.Check(original, count, content =>
        {
            File.WriteAllBytes(path, content);
            Checkpoint read = checkpoints.Newest(_ => { }, check.FindError)!;
            network.SetWeights(read.Weights);
            step.RestoreState(read.OptimizerState);
            new TrainingState(new(), recipe, network.Classes).Restore(read);
        }, exception => exception is InvalidDataException || (exception is InvalidOperationException && exception.Message.Contains("belongs to another run")));
    }
}
