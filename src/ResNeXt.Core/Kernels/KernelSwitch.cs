namespace ResNeXt.Core.Kernels;

/// <summary>Whether layers may compute with the kernels of this folder; libtorch computes the same without them.</summary>
internal static class KernelSwitch
{
    private static volatile bool isOn = true;

    /// <summary>On, until a self-check finds them wrong.</summary>
    public static bool IsOn { get => isOn; set => isOn = value; }
}
