namespace ResNeXt.Core.Tests.NativeLoading;

/// <summary>Copies of the test application with other native libraries than it really has.</summary>
internal static class ApplicationFolder
{
    /// <summary>Only the managed files.</summary>
    public static void CopyManaged(string folder)
    {
        // Without the list of dependencies, which would insist on the native files that are left out.
        foreach (string pattern in (string[])["*.dll", "*Tests.runtimeconfig.json"])
        {
            foreach (string file in Directory.GetFiles(AppContext.BaseDirectory, pattern))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    /// <summary>Links to libtorch, which is too large to copy, and a TorchSharp library of the test's choice.</summary>
    public static void AddNative(string folder, byte[] torchSharp)
    {
        string native = Directory.CreateDirectory(Path.Combine(folder, "runtimes", "linux-x64", "native")).FullName;
        foreach (string file in Directory.GetFiles(NativeFiles.Folder, "*.so*").Where(file => Path.GetFileName(file) != NativeFiles.TorchSharp))
            File.CreateSymbolicLink(Path.Combine(native, Path.GetFileName(file)), file);
        File.WriteAllBytes(Path.Combine(native, NativeFiles.TorchSharp), torchSharp);
    }
}
