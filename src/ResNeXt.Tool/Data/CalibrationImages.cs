using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Core.Images;
using ResNeXt.Core.Quantization;

namespace ResNeXt.Tool.Data;

/// <summary>Images for a network that no pipeline is around: resized and unpacked as a pipeline would.</summary>
internal static class CalibrationImages
{
    private const string Resized = "Resized", Pixels = "Pixels";

    /// <summary>Opens a folder with one folder of images per class, or a file in CIFAR-10's binary layout.</summary>
    public static ILabeledImages Open(string path) => Directory.Exists(path) ? FolderImages.Open(path) : CifarFile.Open(path);

    /// <summary>Reads the images that the options draw, planar, on the scale 0..255.</summary>
    /// <param name="images">The images.</param>
    /// <param name="shape">What to make of them.</param>
    /// <param name="classNames">The network's classes; where it knows none of the images' names, but has as many, the order decides.</param>
    /// <param name="options">How many, and the seed.</param>
    /// <returns>The images, which the caller disposes of.</returns>
    public static ImageStore Read(ILabeledImages images, ImageShape shape, IReadOnlyList<string> classNames, QuantizationOptions options)
    {
        var mlContext = new MLContext(options.Seed);
        IDataView data = LabeledSubset.Of(images, options.Draw(images.Count)).ToDataView(mlContext);
        data = mlContext.Transforms.ResizeImages(Resized, shape.Width, shape.Height, nameof(LabeledImage.Image), ImageResizingEstimator.ResizingKind.IsoCrop)
            .Append(mlContext.Transforms.ExtractPixels(Pixels, Resized)).Fit(data).Transform(data);
        Dictionary<string, int> classes = Classes(images.ClassNames, classNames);
        var store = new ImageStore(shape, memoryLimit: long.MaxValue);
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema[Pixels], data.Schema[nameof(LabeledImage.Label)]]);
        ValueGetter<VBuffer<float>> getPixels = cursor.GetGetter<VBuffer<float>>(data.Schema[Pixels]);
        ValueGetter<ReadOnlyMemory<char>> getLabel = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema[nameof(LabeledImage.Label)]);
        VBuffer<float> pixels = default;
        ReadOnlyMemory<char> label = default;
        while (cursor.MoveNext())
        {
            getPixels(ref pixels);
            getLabel(ref label);
            store.Add(pixels.DenseValues().ToArray(), classes.GetValueOrDefault(label.ToString(), -1));
        }
        return store;
    }

    private static Dictionary<string, int> Classes(IReadOnlyList<string> ofImages, IReadOnlyList<string> ofNetwork)
    {
        bool byOrder = !ofImages.Intersect(ofNetwork).Any() && ofImages.Count == ofNetwork.Count;
        return (byOrder ? ofImages : ofNetwork).Select((name, index) => (name, index)).ToDictionary(item => item.name, item => item.index);
    }
}
