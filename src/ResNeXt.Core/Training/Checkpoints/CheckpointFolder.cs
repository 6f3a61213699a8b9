using System.Globalization;
using System.Text.Json;
using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.Core.Weights;

namespace ResNeXt.Core.Training.Checkpoints;

/// <summary>
/// A folder with the last states of a training run, each a safetensors file: weights, optimizer, average, the best weights and the reports.
/// With the seed that is all: a resumed run ends with the same weights, bit for bit, as one that was not interrupted.
/// </summary>
public sealed class CheckpointFolder
{
    // Epochs and batches; nothing else in the folder is read or removed, whatever its name begins with.
    private const string Pattern = "checkpoint-?????-????????.safetensors";
    private const string ProgressKey = "resnext.training.progress", IdentityKey = "resnext.training.identity";
    private const string Weights = "weights/", Memory = "memory/", Best = "best/";

    private readonly string _folder;
    private readonly int _kept;
    private readonly string _identity;
    private readonly Queue<string> _files;

    /// <summary>Names a folder.</summary>
    /// <param name="folder">The folder; made if it does not exist.</param>
    /// <param name="resume">Whether to go on from what it holds. If not, the first state that is written replaces it.</param>
    /// <param name="identity">What must be the same for a run to be resumed: options, data, network, one fact per entry.</param>
    /// <param name="interval">How long a training may go on without writing its state in the middle of an epoch; null: only at the ends of epochs.</param>
    /// <param name="kept">How many states are kept, at least 1.</param>
    public CheckpointFolder(string folder, bool resume, IReadOnlyDictionary<string, string> identity, TimeSpan? interval = null, int kept = 3)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentOutOfRangeException.ThrowIfLessThan(kept, 1);
        Directory.CreateDirectory(folder);
        _folder = folder;
        _kept = kept;
        Interval = interval;
        _identity = JsonSerializer.Serialize(new SortedDictionary<string, string>(identity.ToDictionary(), StringComparer.Ordinal));
        _files = new(resume ? Files() : []);
    }

    /// <summary>How long a training may go on without writing its state in the middle of an epoch.</summary>
    internal TimeSpan? Interval { get; }

    /// <summary>The facts about a run that decide whether it can be resumed.</summary>
    /// <param name="architecture">The network.</param>
    /// <param name="options">The options.</param>
    /// <param name="normalization">What the network's inputs are.</param>
    /// <param name="training">The training images.</param>
    /// <param name="validation">The validation images, or null.</param>
    public static IReadOnlyDictionary<string, string> Identity(
        Architecture architecture, TrainingOptions options, PixelNormalization normalization, IImageDataset training, IImageDataset? validation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(training);
        Computation computation = Computation.Choose(options, static _ => { });
        var identity = new Dictionary<string, string>
        {
            [nameof(options.Precision)] = $"{computation.Precision}",
            [nameof(options.Device)] = $"{computation.Device.type}",
            [nameof(options.Seed)] = options.Seed.ToString(CultureInfo.InvariantCulture),
            ["Training images"] = DataFingerprint.Of(training),
            ["Validation images"] = validation is null ? "none" : DataFingerprint.Of(validation),
        };
        foreach ((string name, string value) in RunFacts.Of("Architecture.", architecture)
            .Concat(RunFacts.Of("Normalization.", normalization)).Concat(RunFacts.Of("", options.Recipe)))
            identity[name] = value;
        return identity;
    }

    /// <summary>Writes a state; an interruption leaves those before it whole.</summary>
    internal void Save(Checkpoint checkpoint)
    {
        string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture,
            $"checkpoint-{checkpoint.Progress.Reports.Count:D5}-{checkpoint.Progress.Batches:D8}.safetensors"));
        var tensors = Named(Weights, checkpoint.Weights).Concat(Named(Memory, checkpoint.Memory));
        SafetensorsFile.Write(path, new StateDict(
            checkpoint.Best is null ? tensors : tensors.Concat(Named(Best, checkpoint.Best)),
            new Dictionary<string, string> { [ProgressKey] = JsonSerializer.Serialize(checkpoint.Progress), [IdentityKey] = _identity }));
        if (!_files.Contains(path))
            _files.Enqueue(path);
        while (_files.Count > _kept)
            _files.Dequeue();
        RemoveOthers();
    }

    /// <summary>The newest state that can be read, or null where there is none to resume from.</summary>
    /// <param name="warn">Hears of those that are skipped because they are damaged.</param>
    /// <param name="findMistake">What is wrong with one for the training that is to go on, as a sentence, or null; null to ask nothing.</param>
    /// <exception cref="InvalidOperationException">The state belongs to another run; the difference is named.</exception>
    /// <exception cref="InvalidDataException">There are states, and all are damaged.</exception>
    internal Checkpoint? Newest(Action<string> warn, Func<Checkpoint, string?>? findMistake = null)
    {
        foreach (string path in _files.Reverse())
        {
            try
            {
                Checkpoint checkpoint = Read(path);
                string? mistake = CheckpointCheck.FindMistakeOfAny(checkpoint) ?? findMistake?.Invoke(checkpoint);
                return mistake is null ? checkpoint : throw new InvalidDataException(mistake);
            }
            catch (InvalidDataException exception)
            {
                warn($"The checkpoint '{path}' is skipped because it is damaged: {exception.Message}");
            }
        }
        return _files.Count == 0 ? null
            : throw new InvalidDataException($"All {_files.Count} checkpoints in '{_folder}' are damaged. Name an empty folder, or train without resuming.");
    }

    private Checkpoint Read(string path)
    {
        StateDict saved = WeightFile.ReadAnyValues(path);
        if (!saved.Metadata.TryGetValue(ProgressKey, out string? progress) || !saved.Metadata.TryGetValue(IdentityKey, out string? identity))
            throw new InvalidDataException("it holds weights, but not the state of a training.");
        CheckIdentity(path, identity);
        StateDict best = Part(saved, Best);
        return new Checkpoint(
            Parse<TrainingProgress>(progress), Part(saved, Weights), Part(saved, Memory), best.Tensors.Count > 0 ? best : null);
    }

    private void CheckIdentity(string path, string saved)
    {
        Dictionary<string, string> before = Parse<Dictionary<string, string>>(saved), now = Parse<Dictionary<string, string>>(_identity);
        string[] differences = [.. RunFacts.Differences(before, now)];
        if (differences.Length > 0)
        {
            throw new InvalidOperationException($"The checkpoint '{path}' belongs to another run ({string.Join("; ", differences)}). "
                + "Train with the same options and images, name another folder, or do not resume.");
        }
    }

    private static T Parse<T>(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json) ?? throw new InvalidDataException("its description of the training is empty.");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"its description of the training cannot be read: {exception.Message}", exception);
        }
    }

    // Also what an interrupted write left under a temporary name.
    private void RemoveOthers()
    {
        foreach (string path in Files().Concat(Directory.EnumerateFiles(_folder, $".{Pattern}.*.tmp")).Except(_files))
            File.Delete(path);
    }

    private IEnumerable<string> Files() => Directory.EnumerateFiles(_folder, Pattern).Order(StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, WeightTensor>> Named(string prefix, StateDict part) =>
        part.Tensors.Select(item => KeyValuePair.Create(prefix + item.Key, item.Value));

    private static StateDict Part(StateDict saved, string prefix) => new(saved.Tensors
        .Where(item => item.Key.StartsWith(prefix, StringComparison.Ordinal))
        .Select(item => KeyValuePair.Create(item.Key[prefix.Length..], item.Value)));
}
