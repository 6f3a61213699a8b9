namespace ResNeXt.Core.Networks;

/// <summary>
/// The layers that networks are written with, as in the functional API of Keras: every method applies one layer to its input and returns the output.
/// <see cref="LayerRecorder"/> lists the layers, <see cref="TorchLayers"/> computes them.
/// </summary>
/// <typeparam name="T">An output of a layer: its name in a list, or a tensor.</typeparam>
internal interface ILayers<T>
{
    /// <summary>A convolution, padded so that stride 1 keeps the size. It has a bias in a network without normalization.</summary>
    /// <param name="name">The name within the block or the network.</param>
    /// <param name="x">The input.</param>
    /// <param name="channels">Output channels.</param>
    /// <param name="kernel">Side of the kernel.</param>
    /// <param name="stride">Pixels from one window to the next.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="copies">Number of such convolutions side by side that take the place of one; see <see cref="LayerSpec.Copies"/>.</param>
    /// <param name="sharesBias">Whether the bias of another convolution, whose output is added to this one's, serves for both.</param>
    T Convolution(string name, T x, int channels, int kernel, int stride = 1, int groups = 1, int copies = 1, bool sharesBias = false);

    /// <summary>Batch normalization; the input itself in a network without normalization.</summary>
    T Normalization(string name, T x);

    /// <summary>The rectified linear unit, max(0, x).</summary>
    T Relu(string name, T x);

    /// <summary>The maximum of every 3x3 window, with stride 2.</summary>
    T MaxPooling(string name, T x);

    /// <summary>The sum of a block's last layer and its shortcut.</summary>
    T Add(string name, T x, T shortcut);

    /// <summary>The sum of any number of outputs, which are enumerated once and may be computed during that.</summary>
    T Sum(string name, IEnumerable<T> terms);

    /// <summary>The channels of all outputs, one after the other.</summary>
    T Concatenate(string name, IEnumerable<T> parts);

    /// <summary>Equal shares of the input's channels, one per path; each is taken when it is enumerated.</summary>
    IEnumerable<T> Split(T x, int paths);

    /// <summary>Every <paramref name="stride"/>th pixel, with zeros before and after the channels up to <paramref name="channels"/>.</summary>
    T ZeroPadding(string name, T x, int channels, int stride);

    /// <summary>The mean of every channel.</summary>
    T GlobalAveragePooling(string name, T x);

    /// <summary>A fully connected layer.</summary>
    T Linear(string name, T x, int features);

    /// <summary>Applies the layers of a residual block, named within that block. The block's input is not used by other layers.</summary>
    T Block(BlockSpec block, T x, Func<ILayers<T>, BlockSpec, T, T> layers);

    /// <summary>Applies the layers of one of several paths through a block, named within that path.</summary>
    T Path(BlockSpec block, int index, T x, Func<ILayers<T>, BlockSpec, int, T, T> layers);
}
