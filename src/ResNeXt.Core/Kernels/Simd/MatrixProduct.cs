using static TorchSharp.torch;

namespace ResNeXt.Core.Kernels.Simd;

/// <summary>A matrix product that oneDNN computes.</summary>
internal static class MatrixProduct
{
    /// <summary>Computes rows x matrix^T + bias: M x N. The result belongs to the current dispose scope.</summary>
    /// <remarks>
    /// libtorch passes bfloat16 products to oneDNN, but float32 products to another library, which is half as fast on processors with AVX-512. A
    /// 1 x 1 convolution over an image of one line is the same product, and libtorch passes it to oneDNN.
    /// </remarks>
    /// <param name="rows">The left matrix, M x K.</param>
    /// <param name="matrix">The right matrix, transposed: N x K, of the same type.</param>
    /// <param name="bias">The bias, of length N, or null.</param>
    public static Tensor Of(Tensor rows, Tensor matrix, Tensor? bias) => rows.dtype == ScalarType.BFloat16
        ? nn.functional.linear(rows, matrix, bias)
        : nn.functional.conv2d(
                rows.view(1, 1, rows.size(0), rows.size(1)).permute(0, 3, 1, 2), matrix.view(matrix.size(0), matrix.size(1), 1, 1), bias)
            .permute(0, 2, 3, 1).view(rows.size(0), matrix.size(0));
}
