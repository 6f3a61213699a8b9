using System.Diagnostics;
using ResNeXt.Core.NativeLoading;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Benchmarks.Comparison;

/// <summary>How fast the machine multiplies large matrices through libtorch: what the training rows are a share of.</summary>
/// <remarks>
/// In float32 two libraries do it, a BLAS for products and oneDNN for convolutions of one pixel, which are products too; the faster one counts. A
/// processor without bfloat16 multiplies it slower than float32; that a small product shows, where a large one would take minutes.
/// </remarks>
internal sealed class ProductRate : IMeasuredSide
{
    public const string RowName = "product";

    private const int Small = 256, Large = 2048, Channels = 1024, Pixels = 64;
    private const string Float32 = "float32, GFLOP/s", BFloat16 = "bfloat16, GFLOP/s";
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(2);

    public ProductRate() => TorchLibrary.EnsureLoaded();

    /// <summary>What share of the machine's rate a row of training reaches; null where it is not counted or the rate was not measured.</summary>
    public static double? ShareOf(RowResult result, IEnumerable<RowResult> all)
    {
        if (all.FirstOrDefault(row => row.Row.Name == RowName) is not { } product)
            return null;
        double rate = product.OurParts[Float32].Median;
        return result.GigaflopsPerSecond / (result.Row.IsFloat32 ? rate : Math.Max(rate, product.OurParts[BFloat16].Median));
    }

    public Reading Measure()
    {
        double float32 = Math.Max(Product(ScalarType.Float32, Large), Convolution());
        double bfloat16 = Product(ScalarType.BFloat16, Small);
        if (bfloat16 > Product(ScalarType.Float32, Small))
            bfloat16 = Product(ScalarType.BFloat16, Large);
        return new(Math.Max(float32, bfloat16)) { Parts = new Dictionary<string, double> { [Float32] = float32, [BFloat16] = bfloat16 } };
    }

    public void Dispose()
    {
    }

    private static double Product(ScalarType type, int side)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor left = rand(side, side).to(type), right = rand(side, side).to(type);
        return Rate(2.0 * side * side * side, () => mm(left, right).Dispose());
    }

    private static double Convolution()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = rand(1, Pixels, Pixels, Channels).permute(0, 3, 1, 2), weight = rand(Channels, Channels, 1, 1);
        return Rate(2.0 * Channels * Channels * Pixels * Pixels, () => nn.functional.conv2d(images, weight).Dispose());
    }

    private static double Rate(double operations, Action work)
    {
        using IDisposable mode = inference_mode();
        work();
        long start = Stopwatch.GetTimestamp();
        int times = 0;
        do
        {
            work();
            times++;
        }
        while (Stopwatch.GetElapsedTime(start) < Enough);
        return times * operations / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
    }
}
