using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace ResNeXt.MLNet.Pipelines;

/// <summary>An environment of ML.NET with the catalogs that work in it.</summary>
/// <remarks>
/// A trainers catalog does not show its environment in public, an environment does not show its device, and the catalogs have no public constructor, so an extension of a catalog cannot
/// log to, or take seed and device of, the MLContext it was called on. A step that resizes does not show its sizes.
/// The accessors below are the only use of non-public members; a test calls each.
/// </remarks>
internal sealed record MLServices(IHostEnvironment Environment, TransformsCatalog Transforms, DataOperationsCatalog Data)
{
    private const string TypeRegistry = "Microsoft.ML.Data.DataViewTypeManager, Microsoft.ML.Data";
    private const string ResizedColumn = "Microsoft.ML.Transforms.Image.ImageResizingEstimator+ColumnOptions, Microsoft.ML.ImageAnalytics";

    private const string InternalEnvironment = "Microsoft.ML.Runtime.IHostEnvironmentInternal, Microsoft.ML.Core";

    /// <summary>The GPU that the MLContext names, or null.</summary>
    public int? GpuDeviceId => GetGpuDeviceId(Environment);

    /// <summary>The folder for temporary files that the MLContext names.</summary>
    public string TemporaryFolder => GetTempFilePath(Environment);

    /// <summary>Whether the MLContext lets the CPU stand in for it.</summary>
    public bool FallbackToCpu => GetFallbackToCpu(Environment);

    /// <summary>Whether custom mappings can read values of a type.</summary>
    public static bool IsRegistered(DataViewType type) => Knows(null, type);

    public static MLServices Of(MLContext mlContext) => new(mlContext, mlContext.Transforms, mlContext.Data);

    public static MLServices Of(MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog)
    {
        IHostEnvironment environment = GetEnvironment(GetOwner(catalog));
        return new(environment, NewTransformsCatalog(environment), NewDataOperationsCatalog(environment));
    }

    public static MLServices Of(TransformsCatalog catalog)
    {
        IHostEnvironment environment = GetEnvironment(catalog);
        return new(environment, catalog, NewDataOperationsCatalog(environment));
    }

    /// <summary>The sizes that a step resizes images to.</summary>
    public static IEnumerable<(int Width, int Height)> ResizedSizes(ImageResizingTransformer step) =>
        ((IEnumerable<object>)GetColumns(step)).Select(column => (GetImageWidth(column), GetImageHeight(column)));

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
    private static extern TransformsCatalog NewTransformsCatalog(IHostEnvironment environment);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern DataOperationsCatalog NewDataOperationsCatalog(IHostEnvironment environment);
}
