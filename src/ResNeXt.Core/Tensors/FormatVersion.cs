using System.Globalization;
using ResNeXt.Core.Files;

namespace ResNeXt.Core.Tensors;

/// <summary>
/// The version of the formats that this library writes: ONNX models, safetensors files of models, and checkpoints. It is raised when an earlier
/// version of the library would read a new file wrongly; new entries that it may ignore do not raise it.
/// </summary>
internal static class FormatVersion
{
    /// <summary>The metadata key of the version. Files without it have the version 1.</summary>
    public const string Key = "resnext.format";

    /// <summary>The version that is written, and the highest one that is read.</summary>
    public const int Current = 1;

    /// <summary>The metadata entry of the files that are written.</summary>
    public static KeyValuePair<string, string> Entry { get; } = new(Key, Current.ToString(CultureInfo.InvariantCulture));

    /// <summary>Describes why metadata cannot be read, in words that continue "the weights file ..."; null if they can.</summary>
    /// <param name="metadata">The metadata of a file.</param>
    public static string? FindError(IReadOnlyDictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue(Key, out string? text))
            return null;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version) || version < 1)
            return $"has the format version {Quoted.Name(text)}, which is no number from 1; it is damaged. Download or save it again.";
        return version <= Current ? null : string.Create(CultureInfo.InvariantCulture,
            $"has the format version {version}; this version of ResNeXt.MLNet reads versions up to {Current}. ")
            + "Update ResNeXt.MLNet, or save the file again with this version.";
    }
}
