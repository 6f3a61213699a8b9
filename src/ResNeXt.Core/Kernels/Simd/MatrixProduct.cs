using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.Simd;

/// <summary>A product of matrices by oneDNN.</summary>
internal static class MatrixProduct
{
    /// <summary>Computes rows x matrix^T + bias. The result belongs to the current dispose scope.</summary>
    /// <remarks>
    /// libtorch gives products in bfloat16 to oneDNN, but those in float32 to another library, which is half as fast on processors with AVX-512: a convolution of one
    /// pixel over an image as wide as there are rows is the same product and goes to oneDNN.
    /// </remarks>
    /// <param name="rows">M x K.</param>
    /// <param name="matrix">N x K, of the same type.</param>
    /// <param name="bias">N, or null.</param>
    public static Tensor Of(Tensor rows, Tensor matrix, Tensor? bias) => rows.dtype == ScalarType.BFloat16
        ? nn.functional.linear(rows, matrix, bias)
        : nn.functional.conv2d(rows.view(1, 1, rows.size(0), rows.size(1)).permute(0, 3, 1, 2), matrix.view(matrix.size(0), matrix.size(1), 1, 1), bias)
            .permute(0, 2, 3, 1).view(rows.size(0), matrix.size(0));
}
