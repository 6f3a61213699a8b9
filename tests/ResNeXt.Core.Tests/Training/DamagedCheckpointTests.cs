using System.Text.Json;
using System.Text.Json.Nodes;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Robustness;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.Checkpoints;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.Core.Weights;

namespace ResNeXt.Core.Tests.Training;

/// <summary>Checkpoints that a training cannot go on from: it says so, and goes on from the one before.</summary>
public sealed class DamagedCheckpointTests
{
    private const string Progress = "resnext.training.progress", Identity = "resnext.training.identity";

    private static readonly TrainingOptions Options = SmallTraining.Options(SmallTraining.Recipe);

    public static TheoryData<string, string> Damages => new()
    {
        { "memory/momentum.fc.weight missing", "lack the tensor 'momentum.fc.weight'" },
        { "memory/average.fc.weight missing", "lack the tensor 'average.fc.weight'" },
        { "memory/momentum.fc.weight short", "lack the tensor 'momentum.fc.weight' of the shape [2, 16]" },
        { "weights/conv1.weight missing", "its weights lack the tensor 'conv1.weight'" },
        { "weights/conv1.weight short", "its weights lack the tensor 'conv1.weight'" },
        { "best/fc.bias missing", "its best weights lack the tensor 'fc.bias'" },
        { "weights/fc.bias infinite", "NaN or infinite values in the tensor 'fc.bias'" },
        { "best missing", "its best weights are missing" },
        { "Warnings", "lacks a part" },
        { "Reports", "lacks a part" },
        { "Meter", "lacks a part" },
        { "\"Batches\":0=\"Batches\":-1", "impossible" },
        { "\"Batches\":0=\"Batches\":99", "99 batches" },
        { "\"Epoch\":2=\"Epoch\":7", "report of epoch 2 is of epoch 7" },
        { "\"Batches\":0=\"Batches\":\"x\"", "cannot be read" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Train_FromAStateThatLacksSomething_GoesOnFromTheOneBefore(string damage, string reason)
    {
        using var folder = new TemporaryFolder();
        StateDict expected = SmallTraining.Train(Options, SmallTraining.Checkpoints(folder.Path, Options));
        string[] states = [.. Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal)];
        File.Delete(states[2]);
        StateDict damaged = Damage(WeightFile.ReadAnyValues(states[1]), damage);
        SafetensorsFile.WriteAnyValues(states[1], damaged);
        var warnings = new List<string>();

        StateDict resumed = Train(SmallTraining.Checkpoints(folder.Path, Options), warnings);

        SmallTraining.AssertSame(expected, resumed);
        Assert.Contains(reason, Assert.Single(warnings), StringComparison.Ordinal);
        Assert.StartsWith($"The checkpoint '{states[1]}' is skipped because it is damaged: ", warnings[0]);
    }

    [Fact]
    public void Newest_WithOneFlippedBit_TakesTheOneBefore()
    {
        using var folder = new TemporaryFolder();
        SmallTraining.Train(Options, SmallTraining.Checkpoints(folder.Path, Options));
        string[] states = [.. Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal)];
        byte[] content = File.ReadAllBytes(states[2]);
        // The lowest bit of a weight.
        content[^4000] ^= 1;
        File.WriteAllBytes(states[2], content);
        var warnings = new List<string>();

        Assert.Equal(2, SmallTraining.Checkpoints(folder.Path, Options).Newest(warnings.Add)!.Progress.Reports.Count);

        Assert.Contains("checksum", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Newest_OfAStateOfAnEarlierVersion_LoadsWithoutChecksum()
    {
        using var folder = new TemporaryFolder();
        SmallTraining.Train(Options, SmallTraining.Checkpoints(folder.Path, Options));
        string last = Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal).Last();
        File.WriteAllBytes(last, SampleFiles.WithoutDigest(File.ReadAllBytes(last)));

        Assert.Equal(3, SmallTraining.Checkpoints(folder.Path, Options).Newest(Assert.Fail)!.Progress.Reports.Count);
    }

    // As they were reported: the network is a resnet20_cifar of two classes, and its epochs have 64 batches at most.
    [SharedDataTheory]
    [InlineData("ckpt-argnull.safetensors", "lacks a part")]
    [InlineData("ckpt-keynotfound.safetensors", "optimizer's memory lack the tensor 'momentum.layer1.1.bn2.weight'")]
    [InlineData("ckpt-short-memory.safetensors", "best weights lack the tensor 'layer1.2.conv1.weight'")]
    public void Newest_OfAReportedState_NamesWhatIsDamaged(string name, string reason)
    {
        using var folder = new TemporaryFolder();
        string reported = SharedData.Path("data", "reported", "models", name);
        File.Copy(reported, Path.Combine(folder.Path, "checkpoint-00001-00000000.safetensors"));
        var identity = JsonSerializer.Deserialize<Dictionary<string, string>>(WeightFile.ReadAnyValues(reported).Metadata[Identity])!;
        using var network = new ResidualNetwork(Architectures.Get("resnet20_cifar"), 2);
        TrainingRecipe recipe = SmallTraining.Recipe with { MaxEpochs = 2 };
        var warnings = new List<string>();

        Assert.Throws<InvalidDataException>(() => new CheckpointFolder(folder.Path, resume: true, identity)
            .Newest(warnings.Add, new CheckpointCheck(network, recipe, batchesPerEpoch: 64).FindError));

        Assert.Contains(reason, Assert.Single(warnings), StringComparison.Ordinal);
    }

    private static StateDict Train(CheckpointFolder checkpoints, List<string> warnings)
    {
        using var training = SmallTraining.Images(30);
        using var validation = SmallTraining.Images(10, 2);
        using ResidualNetwork network = SmallTraining.Network();
        TrainingResult outcome = new ClassifierTrainer(network, SmallTraining.Normalization, Options)
            .Train(training, validation, checkpoints: checkpoints);
        warnings.AddRange(outcome.Warnings.Where(warning => warning.StartsWith("The checkpoint", StringComparison.Ordinal)));
        return network.GetWeights();
    }

    private static StateDict Damage(StateDict state, string damage)
    {
        var metadata = state.Metadata.ToDictionary();
        if (damage.Split('=') is [var from, var to])
        {
            Assert.Contains(from, metadata[Progress]);
            metadata[Progress] = metadata[Progress].Replace(from, to, StringComparison.Ordinal);
        }
        else if (damage is "Warnings" or "Reports" or "Meter")
        {
            var json = JsonNode.Parse(metadata[Progress])!.AsObject();
            Assert.True(json.Remove(damage));
            metadata[Progress] = json.ToJsonString();
        }
        string name = damage.Split(' ')[0];
        return new StateDict(state.Tensors.SelectMany(item => Change(item, name, damage)), metadata);
    }

    private static IEnumerable<KeyValuePair<string, WeightTensor>> Change(KeyValuePair<string, WeightTensor> item, string name, string damage)
    {
        if (damage == "best missing" && item.Key.StartsWith("best/", StringComparison.Ordinal))
            return [];
        if (item.Key != name)
            return [item];
        return damage.Split(' ')[1] switch
        {
            "missing" => [],
            "short" => [KeyValuePair.Create(name, new WeightTensor([1], item.Value.Values[..1]))],
            _ => [KeyValuePair.Create(name, item.Value with
            {
                Values = item.Value.Values.ToArray().Select((value, index) => index == 0 ? float.PositiveInfinity : value).ToArray(),
            })],
        };
    }
}
