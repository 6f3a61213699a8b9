using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels;

/// <summary>Arithmetic of tensors and numbers that does not depend on when garbage is collected.</summary>
/// <remarks>
/// TorchSharp makes an object of every number, even of the factor 1 in <c>a + b</c>, and does not keep it until libtorch has read it. If garbage is
/// collected meanwhile, its finalizer frees the number: the operation fails, or could take another number. The methods here keep it until they return.
/// A test checks that no other code of this library passes numbers to such operations.
/// </remarks>
internal static class TensorArithmetic
{
    /// <summary>The number 1, which is never freed.</summary>
    public static Scalar One { get; } = 1;

    public static Tensor Plus(this Tensor tensor, Tensor addend) => tensor.add(addend, One);

    public static Tensor Plus(this Tensor tensor, Tensor addend, double factor)
    {
        using Scalar scalar = factor;
        return tensor.add(addend, scalar);
    }

    public static Tensor Plus(this Tensor tensor, double number)
    {
        using Scalar scalar = number;
        return tensor.add(scalar, One);
    }

    public static Tensor Times(this Tensor tensor, double number)
    {
        using Scalar scalar = number;
        return tensor.mul(scalar);
    }

    public static Tensor DividedBy(this Tensor tensor, double number)
    {
        using Scalar scalar = number;
        return tensor.div(scalar);
    }

    public static Tensor AtLeast(this Tensor tensor, double number)
    {
        using Scalar scalar = number;
        return tensor.clamp_min(scalar);
    }

    /// <summary>Adds to a tensor in place, and returns it.</summary>
    public static Tensor Increase(this Tensor tensor, Tensor addend) => tensor.add_(addend, One);

    /// <summary>Adds a multiple of another tensor in place, and returns the tensor.</summary>
    public static Tensor Increase(this Tensor tensor, Tensor addend, double factor)
    {
        using Scalar scalar = factor;
        return tensor.add_(addend, scalar);
    }

    /// <summary>Adds a number in place, and returns the tensor.</summary>
    public static Tensor Increase(this Tensor tensor, double number)
    {
        using Scalar scalar = number;
        return tensor.add_(scalar, One);
    }

    /// <summary>Multiplies a tensor in place, and returns it.</summary>
    public static Tensor Scale(this Tensor tensor, double factor)
    {
        using Scalar scalar = factor;
        return tensor.mul_(scalar);
    }

    /// <summary>Adds <c>left * right * factor</c> in place, and returns the tensor.</summary>
    public static Tensor IncreaseByProduct(this Tensor tensor, Tensor left, Tensor right, double factor)
    {
        using Scalar scalar = factor;
        return tensor.addcmul_(left, right, scalar);
    }

    /// <summary>Adds <c>left / right * factor</c> in place, and returns the tensor.</summary>
    public static Tensor IncreaseByQuotient(this Tensor tensor, Tensor left, Tensor right, double factor)
    {
        using Scalar scalar = factor;
        return tensor.addcdiv_(left, right, scalar);
    }
}
