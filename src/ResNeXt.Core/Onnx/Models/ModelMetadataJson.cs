using System.Text.Json.Serialization;
using ResNeXt.Core.Images;

namespace ResNeXt.Core.Onnx.Models;

/// <summary>The JSON format of metadata entries, which is part of saved models.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(Architecture))]
[JsonSerializable(typeof(ImageShape))]
[JsonSerializable(typeof(IReadOnlyList<float>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(float[]))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(string))]
internal sealed partial class ModelMetadataJson : JsonSerializerContext;
