using System.Security.Cryptography;
using System.Text.Json;
using ResNeXt.Core.Files;
using ResNeXt.Tool.Output;

namespace ResNeXt.Tool.BulkScoring.Resuming;

/// <summary>
/// What a result is made of, in a file beside it. A run that is repeated knows by it what is done, and does not mix the scores of two models.
/// </summary>
internal sealed record ScoringJob
{
    /// <summary>The SHA-256 of the model's file.</summary>
    public required string Model { get; init; }

    /// <summary>The full path of the folder of images, without a slash at its end; earlier versions left it there.</summary>
    public required string Images { get; init; }

    /// <summary>The shard, as <c>I/N</c>.</summary>
    public required string Shard { get; init; }

    /// <summary>The number of classes per row; null for the scores of all.</summary>
    public int? Top { get; init; }

    /// <summary>The number of rows; null until all are scored.</summary>
    public long? Rows { get; init; }

    /// <summary>The number of rows that have an error; null until all are scored.</summary>
    public long? Errors { get; init; }

    /// <summary>Gets the hash of a model's file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is a pipe or a device, which might never end.</exception>
    public static string HashOf(string model)
    {
        if (!File.Exists(model))
            throw new FileNotFoundException($"The model '{model}' does not exist; give the path of a saved model.", model);
        if (FileKind.IsSpecial(model))
            throw new InvalidDataException($"The model '{model}' is a pipe or a device; give the path of a regular file.");
        using FileStream file = File.OpenRead(model);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Reads the file of a job; null if there is none.</summary>
    /// <exception cref="InvalidDataException">The file is not one of a job.</exception>
    public static ScoringJob? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize<ScoringJob>(File.ReadAllBytes(path), JsonOutput.Options);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The file '{path}' does not say what the scores beside it are made of; delete both.", exception);
        }
    }

    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, JsonOutput.Options));

    /// <summary>Names what differs in another job, for a message; empty if both do the same work.</summary>
    public string Difference(ScoringJob other)
    {
        List<string> differences = [];
        if (Shard != other.Shard)
            differences.Add($"of the shard {other.Shard}, not {Shard}");
        if (Model != other.Model)
            differences.Add("of another model");
        if (Images != Path.TrimEndingDirectorySeparator(other.Images))
            differences.Add($"of the images in '{other.Images}'");
        if (Top != other.Top)
            differences.Add("made with other options (--top, --all-scores)");
        return string.Join(" and ", differences);
    }
}
