using BenchmarkDotNet.Attributes;
using Microsoft.ML.Data;
using ResNeXt.Benchmarks.Comparison;
using ResNeXt.Benchmarks.Comparison.Training;
using ResNeXt.Core.Images;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.MLNet.Images;

namespace ResNeXt.Benchmarks.Parts;

/// <summary>What one image of 224 pixels costs on its way from a file into a batch.</summary>
[MemoryDiagnoser]
public class ImageParts
{
    private const int Size = 224;

    private byte[] _jpeg = [];
    private ImageStore _images = null!;
    private ImageAugmenter _none = null!, _light = null!, _modern = null!;
    private float[] _pixels = [], _target = [];

    /// <summary>Makes a file and an image.</summary>
    [GlobalSetup]
    public void Setup()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("resnext-benchmark-");
        JpegFiles.Paint(folder.FullName, 1);
        _jpeg = File.ReadAllBytes(JpegFiles.In(folder.FullName)[0]);
        folder.Delete(recursive: true);
        _images = NoiseImages.Store(Size, count: 1, classes: 1);
        (_pixels, _target) = (new float[_images.Shape.Length], new float[_images.Shape.Length]);
        _images.CopyTo(0, _pixels);
        (_none, _light, _modern) = (Augmenter(AugmentationPolicy.None), Augmenter(AugmentationPolicy.Light), Augmenter(AugmentationPolicy.Modern));
    }

    /// <summary>Gives the image back.</summary>
    [GlobalCleanup]
    public void Cleanup() => _images.Dispose();

    /// <summary>A JPEG file of 500 x 375 pixels.</summary>
    [Benchmark]
    public void Decode()
    {
        using MLImage image = ImageDecoder.Decode(_jpeg, "image");
    }

    /// <summary>Out of the store, where it is bytes.</summary>
    [Benchmark]
    public void Read() => _images.CopyTo(0, _pixels);

    /// <summary>Normalization only.</summary>
    [Benchmark]
    public void AugmentNone() => _none.Apply(_pixels, _target, new Random(1));

    /// <summary>Padded, cropped, mirrored.</summary>
    [Benchmark]
    public void AugmentLight() => _light.Apply(_pixels, _target, new Random(1));

    /// <summary>Random resized crop, TrivialAugmentWide, erasing.</summary>
    [Benchmark]
    public void AugmentModern() => _modern.Apply(_pixels, _target, new Random(1));

    private ImageAugmenter Augmenter(AugmentationPolicy policy) => new(policy, _images.Shape, _images.Range, PixelNormalization.ImageNet);
}
