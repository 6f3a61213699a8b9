namespace ResNeXt.Core.Kernels;

/// <summary>Whether layers may use the kernels in this folder. Without them, libtorch's operations compute the same results.</summary>
internal static class KernelSwitch
{
    private static volatile bool _isOn = true;

    /// <summary>True until the self-check finds that a kernel computes wrong results.</summary>
    public static bool IsOn { get => _isOn; set => _isOn = value; }
}
