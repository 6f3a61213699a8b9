using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Devices;

/// <summary>The names of devices: <c>cpu</c>, <c>cuda</c> (the first GPU), <c>cuda:1</c>.</summary>
internal static class DeviceName
{
    private const string Cpu = "cpu", Cuda = "cuda";

    /// <summary>Whether it names a device. Needs no libtorch.</summary>
    public static bool IsValid(string name) => name is Cpu or Cuda || Index(name) is not null;

    /// <summary>The device of a valid name.</summary>
    public static Device Parse(string name) => name == Cpu ? CPU : new Device(DeviceType.CUDA, Index(name) ?? 0);

    private static int? Index(string name) =>
        name.StartsWith($"{Cuda}:", StringComparison.Ordinal) && int.TryParse(name[(Cuda.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;
}
