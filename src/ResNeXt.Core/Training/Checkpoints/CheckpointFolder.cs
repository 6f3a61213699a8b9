using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ResNeXt.Core.Images;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Training.Devices;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.Core.Weights;

namespace ResNeXt.Core.Training.Checkpoints;

/// <summary>
/// A folder with the last checkpoints of a training run. Each is a safetensors file with the weights, the state of the optimizer, the weight
/// averages, the best weights, those that fine-tuning interpolates from, and the reports. A resumed run ends with the same weights, bit for bit, as
/// one that was not interrupted.
/// </summary>
public sealed partial class CheckpointFolder
{
    private const string ProgressKey = "resnext.training.progress", IdentityKey = "resnext.training.identity";
    private const string Weights = "weights/", OptimizerState = "memory/", Best = "best/", Start = "start/";

    private readonly string _folder;
    private readonly int _kept;
    private readonly string _identity;
    private readonly bool _resume;

    // The checkpoints of a run, the oldest first: those that it may resume from, and those that it saved. Null until the run needs them.
    private Queue<string>? _files;

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">The path of the folder; created if it does not exist.</param>
    /// <param name="resume">
    /// Whether training resumes from the newest checkpoint. If not, the first checkpoint written replaces those in the folder.
    /// </param>
    /// <param name="identity">
    /// The settings, data and network that must be the same for a run to be resumed, as <see cref="Identity"/> gives them.
    /// </param>
    /// <param name="interval">The time after which a checkpoint is written in the middle of an epoch; null for the ends of epochs only.</param>
    /// <param name="kept">The number of checkpoints to keep, at least 1.</param>
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
        _resume = resume;
    }

    /// <summary>The time after which a checkpoint is written in the middle of an epoch, or null.</summary>
    internal TimeSpan? Interval { get; }

    /// <summary>The settings, data and network of a run, which must be the same for it to be resumed.</summary>
    /// <param name="architecture">The architecture of the network.</param>
    /// <param name="options">The training options.</param>
    /// <param name="normalization">The normalization from pixels to the network's inputs.</param>
    /// <param name="training">The training images.</param>
    /// <param name="validation">The validation images, or null.</param>
    public static IReadOnlyDictionary<string, string> Identity(
        Architecture architecture, TrainingOptions options, PixelNormalization normalization, IImageDataset training, IImageDataset? validation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(training);
        options = options.InSmallBatches;
        Computation computation = Computation.Choose(options, static _ => { });
        var identity = new Dictionary<string, string>
        {
            [nameof(options.Precision)] = $"{computation.Precision}",
            [nameof(options.Device)] = $"{computation.Device.type}",
            [nameof(options.Seed)] = options.Seed.ToString(CultureInfo.InvariantCulture),
            ["Training images"] = DataFingerprint.Of(training),
            ["Validation images"] = validation is null ? "none" : DataFingerprint.Of(validation),
        };
        foreach ((string name, string value) in RunIdentity.Of("Architecture.", architecture)
            .Concat(RunIdentity.Of("Normalization.", normalization)).Concat(RunIdentity.Of("", options.Recipe)))
            identity[name] = value;
        foreach (string name in options.ExchangeNames)
            identity[name] = "on";
        return identity;
    }

    /// <summary>Begins a run: locks the folder for it, and removes what killed trainings left half-written.</summary>
    /// <returns>The lock, to be disposed of when the training ends.</returns>
    /// <exception cref="InvalidOperationException">Another training uses the folder.</exception>
    /// <exception cref="IOException">The folder does not take files.</exception>
    internal IDisposable Lock()
    {
        var folderLock = CheckpointLock.Acquire(_folder);
        // Of an earlier run, or from before others were locked out.
        _files = null;
        foreach (string path in HalfWritten())
            TryDelete(path);
        return folderLock;
    }

    /// <summary>Writes a checkpoint. An interruption while writing leaves the earlier ones intact.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    internal void Save(Checkpoint checkpoint)
    {
        string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture,
            $"checkpoint-{checkpoint.Progress.Reports.Count:D5}-{checkpoint.Progress.Batches:D8}.safetensors"));
        SafetensorsFile.WriteAnyValues(path, new StateDict(
            [.. Named(Weights, checkpoint.Weights), .. Named(OptimizerState, checkpoint.OptimizerState), .. Named(Best, checkpoint.Best),
                .. Named(Start, checkpoint.Start)],
            [FormatVersion.Entry, new(ProgressKey, JsonSerializer.Serialize(checkpoint.Progress)), new(IdentityKey, _identity)]));
        Queue<string> files = FilesOfRun();
        if (!files.Contains(path))
            files.Enqueue(path);
        while (files.Count > _kept)
            files.Dequeue();
        RemoveAllBut(files);
    }

    /// <summary>Reads the newest checkpoint that is not damaged.</summary>
    /// <param name="warn">The receiver of a warning for every damaged checkpoint that is skipped.</param>
    /// <param name="findError">A further check, which returns an error as a sentence, or null; null for no further check.</param>
    /// <returns>The checkpoint, or null if there is none to resume from.</returns>
    /// <exception cref="InvalidOperationException">The checkpoint belongs to another run; the message names the differences.</exception>
    /// <exception cref="InvalidDataException">There are checkpoints, and all are damaged or cannot be read.</exception>
    internal Checkpoint? Newest(Action<string> warn, Func<Checkpoint, string?>? findError = null)
    {
        Queue<string> files = FilesOfRun();
        foreach (string path in files.Reverse())
        {
            try
            {
                Checkpoint checkpoint = Read(path);
                string? error = CheckpointCheck.FindErrorOfAny(checkpoint) ?? findError?.Invoke(checkpoint);
                return error is null ? checkpoint : throw new InvalidDataException(error);
            }
            catch (InvalidDataException exception)
            {
                warn($"The checkpoint '{path}' is skipped because it is damaged: {exception.Message}");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                warn($"The checkpoint '{path}' is skipped because it cannot be read: {exception.Message}");
            }
        }
        return files.Count == 0 ? null
            : throw new InvalidDataException($"All {files.Count} checkpoints in '{_folder}' are damaged or cannot be read. "
                + "Name an empty folder, or train without resuming.");
    }

    private Checkpoint Read(string path)
    {
        StateDict saved = WeightFile.ReadAnyValues(path);
        if (!saved.Metadata.TryGetValue(ProgressKey, out string? progress) || !saved.Metadata.TryGetValue(IdentityKey, out string? identity))
            throw new InvalidDataException("it holds weights, but not the state of a training.");
        CheckIdentity(path, identity);
        return new Checkpoint(
            Parse<TrainingProgress>(progress), Part(saved, Weights), Part(saved, OptimizerState), PartOrNull(saved, Best), PartOrNull(saved, Start));
    }

    private void CheckIdentity(string path, string saved)
    {
        Dictionary<string, string> before = Parse<Dictionary<string, string>>(saved), now = Parse<Dictionary<string, string>>(_identity);
        string[] differences = [.. RunIdentity.Differences(before, now)];
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

    private Queue<string> FilesOfRun() => _files ??= new(_resume ? Files() : []);

    // Also removes the temporary file of an interrupted write.
    private void RemoveAllBut(IEnumerable<string> kept)
    {
        foreach (string path in Files().Concat(HalfWritten()).Except(kept))
            TryDelete(path);
    }

    private IEnumerable<string> HalfWritten() =>
        [.. Directory.EnumerateFiles(_folder).Where(path => HalfWrittenName().IsMatch(Path.GetFileName(path)))];

    // A file too many is no reason to end a training; the next checkpoint tries again.
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    // Other files in the folder are neither read nor removed, even if their names begin alike. From the 100000th epoch on, names are longer.
    private IEnumerable<string> Files() => Directory.EnumerateFiles(_folder)
        .Select(path => (path, name: CheckpointName().Match(Path.GetFileName(path))))
        .Where(file => file.name.Success).OrderBy(file => Number(file.name, "epochs")).ThenBy(file => Number(file.name, "batches"))
        .Select(file => file.path);

    private static long Number(Match name, string group) => long.Parse(name.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static IEnumerable<KeyValuePair<string, WeightTensor>> Named(string prefix, StateDict? part) =>
        part?.Tensors.Select(item => KeyValuePair.Create(prefix + item.Key, item.Value)) ?? [];

    private static StateDict Part(StateDict saved, string prefix) => new(saved.Tensors
        .Where(item => item.Key.StartsWith(prefix, StringComparison.Ordinal))
        .Select(item => KeyValuePair.Create(item.Key[prefix.Length..], item.Value)));

    private static StateDict? PartOrNull(StateDict saved, string prefix) => Part(saved, prefix) is { Tensors.Count: > 0 } part ? part : null;

    [GeneratedRegex(@"^checkpoint-(?<epochs>[0-9]{5,10})-(?<batches>[0-9]{8,10})\.safetensors\z", RegexOptions.ExplicitCapture)]
    private static partial Regex CheckpointName();

    [GeneratedRegex(@"^\.checkpoint-[0-9]{5,10}-[0-9]{8,10}\.safetensors\..+\.tmp\z")]
    private static partial Regex HalfWrittenName();
}
