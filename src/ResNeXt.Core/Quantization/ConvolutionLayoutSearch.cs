using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Graphs;
using ResNeXt.Core.OnnxSessions;
using ResNeXt.Core.Processors;
using ResNeXt.Core.Quantization.Folding;
using ResNeXt.Core.Quantization.Graphs;
using ResNeXt.Core.Quantization.Layouts;
using ResNeXt.Core.Tensors;
using static ResNeXt.Core.Onnx.Schema.TensorProto.Types;

namespace ResNeXt.Core.Quantization;

/// <summary>
/// Finds the fastest <see cref="ConvolutionLayout"/> of every convolution that has several on this machine: it computes each one alone, in every
/// layout in turns. What was measured is kept for the process.
/// </summary>
internal static class ConvolutionLayoutSearch
{
    private const int MostImages = 8, MostValues = 1 << 22, LeastRounds = 5, MostRounds = 40;

    private const string Input = "images", Output = "sum";

    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(0.5);

    // One array, because records compare arrays by reference.
    private static readonly ImmutableArray<string> NetworkInput = [NetworkDefinition.Images];

    private static readonly ConcurrentDictionary<(LayerSpec Layer, int Height, int Width), ConvolutionLayout> Known = new();

    /// <summary>
    /// Returns the fastest layouts, by the name of the layer; none for weights of 8 bits on a processor without instructions for int8.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="shape">The shape of the images.</param>
    /// <param name="cancellation">Cancels between two measurements.</param>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public static ImmutableDictionary<string, ConvolutionLayout> Run(QuantizedNetwork network, ImageShape shape, CancellationToken cancellation)
    {
        // Where sums of two products are clipped, they depend on their order, and so on the layout: scores must not depend on what happens to be fast.
        if (!network.ReducedRange && !CpuFeatures.Current.HasInt8DotProduct)
            return [];
        var layouts = ImmutableDictionary.CreateBuilder<string, ConvolutionLayout>();
        var sides = new Dictionary<string, (int Height, int Width)> { [NetworkDefinition.Images] = (shape.Height, shape.Width) };
        foreach (LayerSpec layer in network.Network.Layers)
        {
            (int height, int width) = sides[layer.Inputs[0]];
            sides[layer.Name] = (layer.OutputSize(height), layer.OutputSize(width));
            if (layer.Kind != LayerKind.Convolution || network.Float32Layers.Contains(layer.Name))
                continue;
            IReadOnlyList<ConvolutionLayout> candidates = ConvolutionLayout.Candidates(layer, height, width);
            if (candidates.Count > 1)
                layouts[layer.Name] = Fastest(layer, height, width, candidates, cancellation);
        }
        return layouts.ToImmutable();
    }

    private static ConvolutionLayout Fastest(
        LayerSpec layer, int height, int width, IReadOnlyList<ConvolutionLayout> candidates, CancellationToken cancellation)
    {
        // Layers that compute the same share what was measured.
        LayerSpec alone = layer with { Name = "convolution", Inputs = NetworkInput };
        if (!Known.TryGetValue((alone, height, width), out ConvolutionLayout? fastest))
            Known[(alone, height, width)] = fastest = Measure(alone, new ImageShape(layer.InputChannels, height, width), candidates, cancellation);
        return fastest;
    }

    private static ConvolutionLayout Measure(
        LayerSpec layer, ImageShape shape, IReadOnlyList<ConvolutionLayout> candidates, CancellationToken cancellation)
    {
        int images = Math.Clamp(MostValues / shape.Length, 1, MostImages);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(
            new float[images * shape.Length], [images, shape.Channels, shape.Height, shape.Width]);
        var sessions = new List<InferenceSession>(candidates.Count);
        try
        {
            foreach (ConvolutionLayout layout in candidates)
                sessions.Add(OnnxRuntimeAccess.OpenForCallers(Alone(layer, shape, layout), threads: null, createOptions: null, isQuantized: true));
            // Other work on the machine makes a run longer, never shorter.
            var shortest = new TimeSpan[sessions.Count];
            Array.Fill(shortest, TimeSpan.MaxValue);
            var clock = Stopwatch.StartNew();
            for (int round = 0; round < LeastRounds || (round < MostRounds && clock.Elapsed < Enough); round++)
            {
                for (int index = 0; index < sessions.Count; index++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    TimeSpan time = Time(sessions[index], input);
                    shortest[index] = time < shortest[index] ? time : shortest[index];
                }
            }
            return candidates[Array.IndexOf(shortest, shortest.Min())];
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }

    private static TimeSpan Time(InferenceSession session, OrtValue input)
    {
        using var options = new RunOptions();
        long start = Stopwatch.GetTimestamp();
        session.Run(options, new Dictionary<string, OrtValue> { [Input] = input }, [Output]).Dispose();
        return Stopwatch.GetElapsedTime(start);
    }

    // The convolution with the ReLU that is fused with it. Behind them as little as possible: the mean and the sum of the channels.
    private static byte[] Alone(LayerSpec layer, ImageShape shape, ConvolutionLayout layout)
    {
        int channels = layer.OutputChannels;
        LayerSpec[] layers =
        [
            layer,
            new("relu", LayerKind.Relu, [layer.Name], channels, channels),
            new("pooling", LayerKind.GlobalAveragePooling, ["relu"], channels, channels),
            new("fc", LayerKind.Linear, ["pooling"], channels, 1),
        ];
        var weights = new StateDict(layers.SelectMany(item => item.Tensors())
            .Select(tensor => KeyValuePair.Create(tensor.Name, new WeightTensor(tensor.Shape, new float[tensor.Length]))));
        string[] quantized = [NetworkDefinition.Images, "relu", "pooling", "features"];
        var network = new QuantizedNetwork(
            new FoldedNetwork([.. layers], weights), quantized.ToDictionary(name => name, _ => ByteScale.Covering(0, 1)), [])
        {
            Layouts = ImmutableDictionary<string, ConvolutionLayout>.Empty.Add(layer.Name, layout),
        };
        var graph = new OnnxGraph("convolution");
        new QdqGraph(graph, network).Write(graph.Input(Input, shape.Channels, shape.Height, shape.Width), Output);
        graph.Output(Output, DataType.Float, 1);
        return graph.ToModel("ResNeXt.MLNet", []);
    }
}
