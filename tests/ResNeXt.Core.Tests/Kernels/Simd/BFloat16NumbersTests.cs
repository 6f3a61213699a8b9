using ResNeXt.Core.Kernels.Simd;
using ResNeXt.Core.TorchRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Kernels.Simd;

public sealed class BFloat16NumbersTests
{
    [Fact]
    public void RoundAndWiden_GiveWhatLibtorchGives()
    {
        var random = new Random(1);
        float[] numbers =
        [
            0, -0f, 1, float.MaxValue, float.MinValue, float.Epsilon, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
            BitConverter.UInt32BitsToSingle(0x3f80_8000), BitConverter.UInt32BitsToSingle(0x3f81_8000), BitConverter.UInt32BitsToSingle(0x7fff_ffff),
            .. Enumerable.Range(0, 1000).Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue))),
        ];
        var rounded = new ushort[numbers.Length];
        var widened = new float[numbers.Length];

        BFloat16Numbers.Round(numbers, rounded);
        BFloat16Numbers.Widen(rounded, widened);

        using DisposeScope scope = NewDisposeScope();
        float[] expected = tensor(numbers).to(ScalarType.BFloat16).to(ScalarType.Float32).ToFloats();
        Assert.Equal(expected.Select(Bits), widened.Select(Bits));
    }

    // Any NaN is as good as another.
    private static int Bits(float value) => float.IsNaN(value) ? -1 : BitConverter.SingleToInt32Bits(value);
}
