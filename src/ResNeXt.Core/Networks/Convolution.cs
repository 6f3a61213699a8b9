using ResNeXt.Core.Kernels;
using ResNeXt.Core.Kernels.Im2Col;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>
/// A convolution that computes in the type of its input, with a copy of its weights in that type: with bfloat16 activations, the trained weights
/// are still float32. TorchSharp's own convolution requires both to have the same type.
/// </summary>
internal sealed class Convolution : Module<Tensor, Tensor>
{
    // Fewer input channels than a vector of AVX-512 has floats.
    private const int FewChannels = 16;

    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly long[] _strides;
    private readonly long[] _padding;
    private readonly int _groups;
    private readonly WindowGeometry _windows;
    private readonly bool _picksFirst;

    /// <summary>Creates the convolution with weights of 0; <see cref="WeightInitialization"/> draws them.</summary>
    public Convolution(LayerSpec layer) : base(layer.Name)
    {
        _strides = [layer.Stride, layer.Stride];
        _padding = [layer.Padding, layer.Padding];
        _groups = layer.Groups;
        _windows = new(layer.Kernel, layer.Stride, layer.Padding);
        // On processors with AVX2, oneDNN's gradient of such weights (channels-last, 1x1, stride 2, 3 to 5 channels) writes beyond its buffers and
        // differs from run to run. A convolution of only the pixels that the stride picks gives the same result.
        _picksFirst = layer is { Kernel: 1, Stride: > 1, InputChannels: < FewChannels };
        weight = new Parameter(zeros([layer.OutputChannels, layer.InputChannels / layer.Groups, layer.Kernel, layer.Kernel]));
        register_parameter(nameof(weight), weight);
        if (!layer.HasBias)
            return;
        bias = new Parameter(zeros([layer.OutputChannels]));
        register_parameter(nameof(bias), bias);
    }

    public override Tensor forward(Tensor x)
    {
        if (x.dtype == weight.dtype)
            return Compute(x, weight, bias);
        using Tensor copy = weight.to(x.dtype);
        using Tensor? copyOfBias = bias?.to(x.dtype);
        return Compute(x, copy, copyOfBias);
    }

    private Tensor Compute(Tensor x, Tensor weights, Tensor? biases)
    {
        if (training && KernelSwitch.IsOn && UnrolledConvolution.Suits(x, weights, _groups, _windows))
            return UnrolledConvolution.Compute(x, weights, biases, _windows);
        if (training && KernelSwitch.IsOn && LoweredConvolution.Suits(x, weights, _groups, _windows))
            return LoweredConvolution.Compute(x, weights, biases, _windows);
        if (!_picksFirst)
            return functional.conv2d(x, weights, biases, _strides, _padding, groups: _groups);
        using Tensor rows = x.slice(2, 0, x.size(2), _strides[0]);
        using Tensor picked = rows.slice(3, 0, x.size(3), _strides[1]);
        return functional.conv2d(picked, weights, biases, groups: _groups);
    }
}
