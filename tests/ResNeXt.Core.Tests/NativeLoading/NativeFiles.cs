using ResNeXt.Core.NativeLoading.Elf;

namespace ResNeXt.Core.Tests.NativeLoading;

/// <summary>TorchSharp's real library, as the tests' output folder has it.</summary>
internal static class NativeFiles
{
    public const string TorchSharp = "libLibTorchSharp.so";

    public static string Folder => Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");

    public static byte[] ReadTorchSharp() => File.ReadAllBytes(Path.Combine(Folder, TorchSharp));

    public static byte[] Patched(byte[] original) =>
        GlibcxxDowngrade.TryApply(original, out byte[]? patched, out string? refusal) ? patched : throw new InvalidDataException(refusal);
}
