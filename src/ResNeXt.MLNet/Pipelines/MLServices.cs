using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;
using Microsoft.ML.Transforms.Onnx;
using SkiaSharp;

namespace ResNeXt.MLNet.Pipelines;

/// <summary>
/// An ML.NET environment with catalogs that work in it. The only place where non-public members of ML.NET are used; a test calls each.
/// </summary>
/// <remarks>
/// An extension method of a catalog needs the MLContext that it was called on, to log, and to take seed and device from. But a trainers catalog does
/// not show its environment publicly, an environment does not show its device, and catalogs have no public constructors. Nor does a resizing step
/// show its sizes. An image can be made only of a copy of its pixels, which for large images is much memory.
/// </remarks>
/// <param name="Environment">The environment, for logs and random numbers.</param>
/// <param name="Transforms">The transforms catalog.</param>
/// <param name="Data">The data operations catalog.</param>
internal sealed record MLServices(IHostEnvironment Environment, TransformsCatalog Transforms, DataOperationsCatalog Data)
{
    private const string TypeRegistry = "Microsoft.ML.Data.DataViewTypeManager, Microsoft.ML.Data";
    private const string ResizedColumn = "Microsoft.ML.Transforms.Image.ImageResizingEstimator+ColumnOptions, Microsoft.ML.ImageAnalytics";

    private const string InternalEnvironment = "Microsoft.ML.Runtime.IHostEnvironmentInternal, Microsoft.ML.Core";

    /// <summary>The number of the MLContext's GPU; null if it uses none.</summary>
    public int? GpuDeviceId => GetGpuDeviceId(Environment);

    /// <summary>
    /// Makes the options that the MLContext asks for in sessions of ONNX Runtime (<c>SetOnnxSessionOption</c>); null if it asks for none.
    /// </summary>
    public Func<SessionOptions>? CreateSessionOptions => Environment.GetOnnxSessionOption() switch
    {
        null => null,
        { CreateSessionOptions: { } create } => () => create(),
        { } asked => () => new()
        {
            EnableCpuMemArena = asked.EnableCpuMemArena,
            EnableMemoryPattern = asked.EnableMemoryPattern,
            ExecutionMode = asked.ExecutionMode,
            GraphOptimizationLevel = asked.GraphOptimizationLevel,
            InterOpNumThreads = asked.InterOpNumThreads,
            IntraOpNumThreads = asked.IntraOpNumThreads,
        },
    };

    /// <summary>The path of the MLContext's folder for temporary files.</summary>
    public string TemporaryFolder => GetTempFilePath(Environment);

    /// <summary>Whether the MLContext allows to use the CPU if there is no such GPU.</summary>
    public bool FallbackToCpu => GetFallbackToCpu(Environment);

    /// <summary>Whether custom mappings can read values of a type, because it was registered in this process.</summary>
    /// <param name="type">The type.</param>
    public static bool IsRegistered(DataViewType type) => Knows(null, type);

    /// <summary>Gets the services of a context.</summary>
    /// <param name="mlContext">The context.</param>
    public static MLServices Of(MLContext mlContext) => new(mlContext, mlContext.Transforms, mlContext.Data);

    /// <summary>Gets the services of the context that a catalog belongs to.</summary>
    /// <param name="catalog">The catalog.</param>
    public static MLServices Of(MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog)
    {
        IHostEnvironment environment = GetEnvironment(GetOwner(catalog));
        return new(environment, NewTransformsCatalog(environment), NewDataOperationsCatalog(environment));
    }

    /// <summary>Gets the services of the context that a catalog belongs to.</summary>
    /// <param name="catalog">The catalog.</param>
    public static MLServices Of(TransformsCatalog catalog)
    {
        IHostEnvironment environment = GetEnvironment(catalog);
        return new(environment, catalog, NewDataOperationsCatalog(environment));
    }

    /// <summary>Gets the services of the context that a catalog belongs to.</summary>
    /// <param name="catalog">The catalog.</param>
    public static MLServices Of(DataOperationsCatalog catalog)
    {
        IHostEnvironment environment = GetEnvironment(catalog);
        return new(environment, NewTransformsCatalog(environment), catalog);
    }

    /// <summary>Gets the sizes that a step resizes images to.</summary>
    /// <param name="step">The step.</param>
    public static IEnumerable<(int Width, int Height)> ResizedSizes(ImageResizingTransformer step) =>
        ((IEnumerable<object>)GetColumns(step)).Select(column => (GetImageWidth(column), GetImageHeight(column)));

    /// <summary>Makes an image of pixels without copying them.</summary>
    /// <param name="pixels">The pixels, in RGBA or BGRA, which nobody changes afterwards; the image disposes of them.</param>
    public static MLImage NewImage(SKBitmap pixels)
    {
        // ML.NET draws them on another bitmap when it resizes; Skia copies pixels for that unless they are immutable.
        pixels.SetImmutable();
        return CreateImage(pixels);
    }

    /// <summary>Makes an image that shares the pixels of another; they are freed when both are disposed of.</summary>
    /// <param name="image">The other image. Nothing in ML.NET changes the pixels of an image.</param>
    public static MLImage Share(MLImage image)
    {
        SKBitmap pixels = GetBitmap(image) ?? throw new ObjectDisposedException(nameof(MLImage), "The image was disposed of before it was scored.");
        var shared = new SKBitmap();
        return pixels.ExtractSubset(shared, pixels.Info.Rect) ? NewImage(shared)
            : throw new InvalidOperationException($"The image of {pixels.Width}x{pixels.Height} pixels cannot be shared.");
    }

    /// <summary>Gets the environment of the context that a catalog belongs to.</summary>
    /// <param name="catalog">The catalog.</param>
    public static IHostEnvironment EnvironmentOf(DataOperationsCatalog catalog) => GetEnvironment(catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Owner")]
    private static extern TrainCatalogBase GetOwner(TrainCatalogBase.CatalogInstantiatorBase catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Environment")]
    private static extern IHostEnvironment GetEnvironment(TrainCatalogBase catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Microsoft.ML.Data.IInternalCatalog.get_Environment")]
    private static extern IHostEnvironment GetEnvironment(TransformsCatalog catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_env")]
    private static extern ref IHostEnvironment GetEnvironment(DataOperationsCatalog catalog);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_GpuDeviceId")]
    private static extern int? GetGpuDeviceId([UnsafeAccessorType(InternalEnvironment)] object environment);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_TempFilePath")]
    private static extern string GetTempFilePath([UnsafeAccessorType(InternalEnvironment)] object environment);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "Knows")]
    private static extern bool Knows([UnsafeAccessorType(TypeRegistry)] object? registry, DataViewType type);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_FallbackToCpu")]
    private static extern bool GetFallbackToCpu([UnsafeAccessorType(InternalEnvironment)] object environment);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Columns")]
    [return: UnsafeAccessorType($"System.Collections.Generic.IReadOnlyCollection`1[[{ResizedColumn}]]")]
    private static extern object GetColumns(ImageResizingTransformer step);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "ImageWidth")]
    private static extern ref int GetImageWidth([UnsafeAccessorType(ResizedColumn)] object column);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "ImageHeight")]
    private static extern ref int GetImageHeight([UnsafeAccessorType(ResizedColumn)] object column);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern MLImage CreateImage(SKBitmap pixels);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_image")]
    private static extern ref SKBitmap? GetBitmap(MLImage image);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern TransformsCatalog NewTransformsCatalog(IHostEnvironment environment);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern DataOperationsCatalog NewDataOperationsCatalog(IHostEnvironment environment);
}
