using System.Runtime.InteropServices;
using Processor = System.Runtime.InteropServices.Architecture;

namespace ResNeXt.Core.Tests.NativeLoading;

/// <summary>A test on the Linux x64 library of TorchSharp; skipped on other systems.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Processor.X64)
            Skip = "Only Linux x64 loads this library.";
    }
}
