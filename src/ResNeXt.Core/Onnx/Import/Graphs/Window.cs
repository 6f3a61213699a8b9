using ResNeXt.Core.Onnx.Schema;

namespace ResNeXt.Core.Onnx.Import.Graphs;

/// <summary>The window of a convolution or pooling that moves over square maps as the windows of this library do.</summary>
/// <param name="Kernel">Side of the window.</param>
/// <param name="Stride">Pixels from one window to the next.</param>
internal readonly record struct Window(int Kernel, int Stride)
{
    private const int LargestKernel = 1024;

    /// <summary>Reads the window of a node.</summary>
    /// <param name="node">A convolution or pooling.</param>
    /// <param name="kernel">The side of the window, if it is known from the weights; else null.</param>
    /// <param name="isPadded">Whether the window must be padded so that stride 1 keeps the size.</param>
    /// <exception cref="InvalidDataException">The window is not square, or is dilated or padded in another way.</exception>
    public static Window Read(NodeProto node, int? kernel = null, bool isPadded = true)
    {
        IReadOnlyList<long> sides = node.Integers("kernel_shape") ?? [kernel ?? 0, kernel ?? 0], strides = node.Integers("strides") ?? [1, 1];
        if (sides is not [var side, var otherSide] || side != otherSide || side is < 1 or > LargestKernel || (kernel is not null && kernel != side))
            throw OperatorMismatch.Of(node, $"its window is {Text(sides)}, where the window must be square and two-dimensional");
        if (strides is not [var stride, var otherStride] || stride != otherStride || stride is < 1 or > LargestKernel)
            throw OperatorMismatch.Of(node, $"its stride is {Text(strides)}, where it must be the same in both directions");
        if (node.Integers("dilations")?.Any(dilation => dilation != 1) == true)
            throw OperatorMismatch.Of(node, "it is dilated");
        if (isPadded && !IsPadded(node, (int)side, (int)stride))
        {
            throw OperatorMismatch.Of(node, $"its padding is {PaddingText(node)} for a window of {side}x{side} with stride {stride}; "
                + $"the networks here pad with {side / 2} on each side");
        }
        return new((int)side, (int)stride);
    }

    // With stride 2, the last row and column are not used if the size is even, so they may be missing.
    private static bool IsPadded(NodeProto node, int kernel, int stride)
    {
        int padding = kernel / 2, least = Math.Max(0, padding - (stride - 1));
        if (kernel % 2 == 0 || node.Integer("ceil_mode", 0) != 0)
            return false;
        return node.Text("auto_pad") switch
        {
            "SAME_LOWER" => true,
            "SAME_UPPER" => stride == 1 || kernel == 1,
            "VALID" => kernel == 1,
            _ => (node.Integers("pads") ?? [0, 0, 0, 0]) is [var top, var left, var bottom, var right]
                && top == padding && left == padding && bottom >= least && bottom <= padding && right >= least && right <= padding,
        };
    }

    private static string PaddingText(NodeProto node) => node.Text("auto_pad") is { Length: > 0 } mode and not "NOTSET"
        ? mode : Text(node.Integers("pads") ?? [0, 0, 0, 0]) + (node.Integer("ceil_mode", 0) != 0 ? " with ceil_mode" : "");

    private static string Text(IEnumerable<long> values) => $"[{string.Join(", ", values.Take(8))}]";
}
