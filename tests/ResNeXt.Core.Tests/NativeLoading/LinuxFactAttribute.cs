using System.Runtime.InteropServices;

namespace ResNeXt.Core.Tests.NativeLoading;

/// <summary>A test on the Linux x64 library of TorchSharp; skipped on other systems.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != System.Runtime.InteropServices.Architecture.X64)
            Skip = "Only Linux x64 loads this library.";
    }
}
