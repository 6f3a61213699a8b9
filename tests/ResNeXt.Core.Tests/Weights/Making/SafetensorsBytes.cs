using System.Buffers.Binary;
using System.Text;

namespace ResNeXt.Core.Tests.Weights.Making;

/// <summary>Writes safetensors files from a header as text, well formed or not.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Of(string header, byte[] data, ulong? claimedLength = null)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, claimedLength ?? (ulong)utf8.Length);
        return [.. length, .. utf8, .. data];
    }

    public static string Entry(string name, string type, string shape, long begin, long end) =>
        $$"""
        "{{name}}":{"dtype":"{{type}}","shape":[{{shape}}],"data_offsets":[{{begin}},{{end}}]}
        """;
}
