using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Tests.Schema;

public sealed class FeatureInputTests
{
    private static readonly Architecture Cifar = Architectures.Get("resnet20_cifar");

    [Theory]
    [InlineData(new[] { 3, 16, 20 }, null, null, PixelLayout.Planar, 16, 20)]
    [InlineData(new[] { 16, 20, 3 }, null, null, PixelLayout.Interleaved, 16, 20)]
    [InlineData(new[] { 3, 16, 16 }, 16, PixelLayout.Planar, PixelLayout.Planar, 16, 16)]
    [InlineData(new[] { 768 }, null, null, PixelLayout.Planar, 16, 16)]
    [InlineData(new[] { 768 }, 16, null, PixelLayout.Planar, 16, 16)]
    [InlineData(new[] { 768 }, null, PixelLayout.Interleaved, PixelLayout.Interleaved, 16, 16)]
    [InlineData(new[] { 1, 768 }, null, null, PixelLayout.Planar, 16, 16)]
    public void Of_Vector_TellsLayoutAndSize(int[] dimensions, int? imageSize, PixelLayout? given, PixelLayout layout, int height, int width)
    {
        FeatureInput input = FeatureInput.Of(Column(new VectorDataViewType(NumberDataViewType.Single, dimensions)), Cifar, imageSize, given);

        Assert.Equal(new FeatureInput("Pixels", false, layout, new ImageShape(3, height, width)), input);
    }

    [Theory]
    [InlineData(0, 0, null, 32, 32)]
    [InlineData(20, 16, null, 20, 16)]
    [InlineData(20, 16, 24, 24, 24)]
    [InlineData(0, 0, 8, 8, 8)]
    public void Of_Image_TakesTheSizeOfOptionsElseColumnElseArchitecture(int height, int width, int? imageSize, int expectedHeight, int expectedWidth)
    {
        var type = height == 0 ? new ImageDataViewType() : new ImageDataViewType(height, width);

        FeatureInput input = FeatureInput.Of(Column(type), Cifar, imageSize, layout: null);

        var expected = new FeatureInput("Pixels", true, PixelLayout.Planar, new ImageShape(3, expectedHeight, expectedWidth))
        {
            ColumnHeight = height,
            ColumnWidth = width,
        };
        Assert.Equal(expected, input);
    }

    [Theory]
    [InlineData(new[] { 3, 16, 16 }, 32, null, "ImageSize is 32")]
    [InlineData(new[] { 768 }, 32, null, "not 3 channels of 32 x 32 pixels")]
    [InlineData(new[] { 770 }, null, null, "not 3 channels of a square image")]
    [InlineData(new[] { 3, 16, 16 }, null, PixelLayout.Interleaved, "16 channels")]
    [InlineData(new[] { 4, 16, 16 }, null, null, "4 channels")]
    [InlineData(new[] { 3, 7, 16 }, null, null, "7 x 16")]
    public void Of_VectorThatDoesNotFit_SaysWhy(int[] dimensions, int? imageSize, PixelLayout? layout, string says)
    {
        DataViewSchema.Column column = Column(new VectorDataViewType(NumberDataViewType.Single, dimensions));

        var exception = Assert.Throws<InvalidOperationException>(() => FeatureInput.Of(column, Cifar, imageSize, layout));

        Assert.Contains(says, exception.Message, StringComparison.Ordinal);
        Assert.Contains("'Pixels'", exception.Message, StringComparison.Ordinal);
    }

    private static DataViewSchema.Column Column(DataViewType type)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Pixels", type);
        return builder.ToSchema()["Pixels"];
    }
}
