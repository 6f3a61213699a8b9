using System.Reflection;

namespace ResNeXt.Tool.Serving;

/// <summary>The files of the page, which are resources of this program.</summary>
internal static class PageFile
{
    /// <summary>Reads a file as text.</summary>
    public static string ReadText(string name)
    {
        using var reader = new StreamReader(Open(name));
        return reader.ReadToEnd();
    }

    /// <summary>Reads a file.</summary>
    public static byte[] Read(string name)
    {
        using Stream stream = Open(name);
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private static Stream Open(string name) => Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"The program has no resource '{name}'.");
}
