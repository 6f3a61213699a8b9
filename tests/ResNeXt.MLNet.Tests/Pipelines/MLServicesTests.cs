using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using ResNeXt.MLNet.Pipelines;
using SkiaSharp;

namespace ResNeXt.MLNet.Tests.Pipelines;

/// <summary>Calls every accessor of a non-public member of ML.NET: a version that changes one fails here, not in a user's program.</summary>
public sealed class MLServicesTests
{
    [Fact]
    public void Of_ACatalogOfTrainers_HasTheEnvironmentOfItsContext()
    {
        var mlContext = new MLContext(seed: 1);
        var messages = new List<string>();
        mlContext.Log += (_, entry) => messages.Add(entry.Message);

        MLServices services = Of(mlContext);
        using (IChannel channel = services.Environment.Start("Test"))
            channel.Info(MessageSensitivity.None, "Is anybody there?");

        Assert.Contains(messages, message => message.Contains("Is anybody there?", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_ACatalogOfTrainers_HasCatalogsThatWork()
    {
        MLServices services = Of(new MLContext(seed: 1));

        IDataView data = services.Data.LoadFromEnumerable([new Row { Value = 3 }]);
        IDataView copied = services.Transforms.CopyColumns("Copy", "Value").Fit(data).Transform(data);

        Assert.Equal([3f], copied.GetColumn<float>("Copy"));
    }

    [Fact]
    public void Of_TheTransformsCatalog_HasTheEnvironmentOfItsContext()
    {
        static int Draw(MLContext mlContext) => MLServices.Of(mlContext.Transforms).Environment.Register("Test").Rand.Next();

        Assert.Equal(Draw(new MLContext(seed: 5)), Draw(new MLContext(seed: 5)));
        Assert.NotEqual(Draw(new MLContext(seed: 5)), Draw(new MLContext(seed: 6)));
    }

    [Fact]
    public void Of_ContextsWithOneSeed_DrawTheSameNumbers()
    {
        static int Draw(MLServices services) => services.Environment.Register("Test").Rand.Next();

        Assert.Equal(Draw(Of(new MLContext(seed: 5))), Draw(Of(new MLContext(seed: 5))));
        Assert.NotEqual(Draw(Of(new MLContext(seed: 5))), Draw(Of(new MLContext(seed: 6))));
    }

    [Fact]
    public void EnvironmentOf_TheCatalogOfData_IsThatOfItsContext()
    {
        IHostEnvironment first = MLServices.EnvironmentOf(new MLContext(seed: 5).Data), second = MLServices.EnvironmentOf(new MLContext(seed: 5).Data);

        Assert.Equal(first.Register("Test").Rand.Next(), second.Register("Test").Rand.Next());
    }

    [Fact]
    public void GpuDeviceId_AndFallback_AreThoseOfTheContext()
    {
        MLServices named = Of(new MLContext { GpuDeviceId = 3, FallbackToCpu = false }), silent = MLServices.Of(new MLContext());

        Assert.Equal((3, false), (named.GpuDeviceId, named.FallbackToCpu));
        Assert.Equal((null, new MLContext().FallbackToCpu), (silent.GpuDeviceId, silent.FallbackToCpu));
    }

    [Fact]
    public void Share_OfAnImage_HasItsPixelsAfterItIsDisposedOf()
    {
        byte[] pixels = [.. Enumerable.Range(0, 5 * 3 * 4).Select(value => (byte)(value * 4))];
        MLImage original = MLImage.CreateFromPixels(5, 3, MLPixelFormat.Bgra32, pixels);

        using MLImage shared = MLServices.Share(original), again = MLServices.Share(shared);
        original.Dispose();

        Assert.Equal((5, 3, MLPixelFormat.Bgra32), (shared.Width, shared.Height, shared.PixelFormat));
        Assert.Equal(pixels, shared.Pixels.ToArray());
        Assert.Equal(pixels, again.Pixels.ToArray());
        Assert.Throws<ObjectDisposedException>(() => MLServices.Share(original));
    }

    [Fact]
    public void NewImage_OfABitmap_HasItsPixels()
    {
        var bitmap = new SKBitmap(new SKImageInfo(4, 2, SKColorType.Rgba8888));
        bitmap.Erase(SKColors.Red);

        using MLImage image = MLServices.NewImage(bitmap);

        Assert.Equal((4, 2, MLPixelFormat.Rgba32), (image.Width, image.Height, image.PixelFormat));
        Assert.Equal([255, 0, 0, 255], image.Pixels[..4].ToArray());
    }

    private static MLServices Of(MLContext mlContext)
    {
        try
        {
            return MLServices.Of(mlContext.MulticlassClassification.Trainers);
        }
        catch (MissingMemberException exception)
        {
            throw new InvalidOperationException(
                $"Microsoft.ML {typeof(MLContext).Assembly.GetName().Version} has changed a member that MLServices reads: {exception.Message}",
                exception);
        }
    }

    private sealed class Row
    {
        public float Value { get; set; }
    }
}
