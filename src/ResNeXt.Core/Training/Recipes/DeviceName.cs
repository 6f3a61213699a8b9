using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Recipes;

/// <summary>The names of devices in options: <c>cpu</c>, <c>cuda</c> (the first GPU), <c>cuda:1</c>.</summary>
internal static class DeviceName
{
    private const string Cpu = "cpu", Cuda = "cuda";

    /// <summary>Whether a name has the form of a device's name. Needs no libtorch.</summary>
    /// <param name="name">The name.</param>
    public static bool IsValid(string name) => name is Cpu or Cuda || Index(name) is not null;

    /// <summary>The device with a name.</summary>
    /// <param name="name">A valid name.</param>
    public static Device Parse(string name) => name == Cpu ? CPU : new Device(DeviceType.CUDA, Index(name) ?? 0);

    private static int? Index(string name) =>
        name.StartsWith($"{Cuda}:", StringComparison.Ordinal)
        && int.TryParse(name[(Cuda.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : null;
}
