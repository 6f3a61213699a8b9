using System.Globalization;
using System.Text.Json;
using ResNeXt.Core.Imaging;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training;

/// <summary>
/// A folder with the state of a training run after its last epoch, as a safetensors file: weights, momentum, the best weights and the reports.
/// With the seed that is all: a resumed run ends with the same weights, bit for bit, as one that was not interrupted.
/// </summary>
public sealed class CheckpointFolder
{
    private const string FileName = "checkpoint.safetensors";
    private const string ReportsKey = "resnext.training.reports";
    private const string IdentityKey = "resnext.training.identity";
    private const string Current = "current.", Best = "best.", Momentum = "momentum.";

    private readonly string _path;
    private readonly string _identity;
    private readonly bool _resume;

    /// <summary>Names a folder.</summary>
    /// <param name="path">The folder; made if it does not exist.</param>
    /// <param name="resume">Whether to go on from what it holds. If not, the first epoch overwrites it.</param>
    /// <param name="identity">What must be the same for a run to be resumed: options, data, network, one fact per entry.</param>
    public CheckpointFolder(string path, bool resume, IReadOnlyDictionary<string, string> identity)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Directory.CreateDirectory(path);
        _path = Path.Combine(path, FileName);
        _resume = resume;
        _identity = JsonSerializer.Serialize(new SortedDictionary<string, string>(identity.ToDictionary(), StringComparer.Ordinal));
    }

    /// <summary>The facts about a run that decide whether it can be resumed.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="options">The options.</param>
    /// <param name="normalization">What the network's inputs are.</param>
    /// <param name="training">The training images.</param>
    /// <param name="validation">The validation images, or null.</param>
    public static IReadOnlyDictionary<string, string> Identity(
        Architecture architecture, TrainingOptions options, PixelNormalization normalization, IImageSource training, IImageSource? validation) =>
        new Dictionary<string, string>
        {
            ["architecture"] = JsonSerializer.Serialize(architecture),
            ["options"] = JsonSerializer.Serialize(options with { KeepMemory = true }),
            ["normalization"] = JsonSerializer.Serialize(normalization),
            ["training images"] = DataFingerprint.Of(training),
            ["validation images"] = validation is null ? "none" : DataFingerprint.Of(validation),
        };

    /// <summary>Writes the state; an interruption leaves the file before it whole.</summary>
    internal void Save(TrainingState state)
    {
        var tensors = new List<KeyValuePair<string, WeightTensor>>();
        tensors.AddRange(state.Network.GetWeights().Tensors.Select(item => KeyValuePair.Create(Current + item.Key, item.Value)));
        tensors.AddRange(state.Optimizer.Buffers.Select(item =>
            KeyValuePair.Create(Momentum + item.Name, new WeightTensor([.. item.Momentum.shape.Select(size => (int)size)], item.Momentum.ToFloats()))));
        if (state.BestWeights is not null)
            tensors.AddRange(state.BestWeights.Tensors.Select(item => KeyValuePair.Create(Best + item.Key, item.Value)));
        SafetensorsFile.Write(_path, new WeightSet(tensors, new Dictionary<string, string>
        {
            [ReportsKey] = JsonSerializer.Serialize(state.Reports),
            [IdentityKey] = _identity,
        }));
    }

    /// <summary>Puts the saved state back, if there is one and it is to be resumed.</summary>
    /// <exception cref="InvalidOperationException">The checkpoint belongs to another run; the difference is named.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    internal void Restore(TrainingState state)
    {
        if (!_resume || !File.Exists(_path))
            return;
        WeightSet saved = WeightFile.Read(_path);
        if (!saved.Metadata.TryGetValue(ReportsKey, out string? reports) || !saved.Metadata.TryGetValue(IdentityKey, out string? identity))
            throw new InvalidDataException($"'{_path}' is not a checkpoint. Name an empty folder, or train without resuming.");
        CheckIdentity(identity);
        state.Network.SetWeights(Part(saved, Current));
        Dictionary<string, WeightTensor> momentum = Part(saved, Momentum).Tensors.ToDictionary();
        using (no_grad())
        {
            foreach ((string name, Tensor buffer) in state.Optimizer.Buffers)
            {
                using Tensor source = momentum[name].Values.ToTensor(buffer.shape);
                buffer.copy_(source);
            }
        }
        WeightSet best = Part(saved, Best);
        state.Restore(JsonSerializer.Deserialize<EpochReport[]>(reports)!, best.Tensors.Count > 0 ? best : null);
    }

    private void CheckIdentity(string saved)
    {
        var before = JsonSerializer.Deserialize<Dictionary<string, string>>(saved)!;
        var now = JsonSerializer.Deserialize<Dictionary<string, string>>(_identity)!;
        string[] differences = [.. now.Where(fact => before.GetValueOrDefault(fact.Key) != fact.Value)
            .Select(fact => string.Create(CultureInfo.InvariantCulture, $"{fact.Key}: {before.GetValueOrDefault(fact.Key, "none")} then, {fact.Value} now"))];
        if (differences.Length > 0)
            throw new InvalidOperationException($"The checkpoint '{_path}' belongs to another run ({string.Join("; ", differences)}). Train with the same options and images, name another folder, or do not resume.");
    }

    private static WeightSet Part(WeightSet saved, string prefix) => new(saved.Tensors
        .Where(item => item.Key.StartsWith(prefix, StringComparison.Ordinal))
        .Select(item => KeyValuePair.Create(item.Key[prefix.Length..], item.Value)));
}
