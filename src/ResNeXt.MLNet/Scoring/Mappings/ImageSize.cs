using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace ResNeXt.MLNet.Scoring.Mappings;

/// <summary>
/// Stores the size of a column's images in a saved pipeline, so that <c>mlContext.Model.Load</c> registers it in a new process (see
/// <see cref="ImageTypeRegistration"/>).
/// </summary>
/// <remarks>
/// ML.NET saves nothing of a custom mapping but its contract name, and while it loads a pipeline it calls no code of this library but the mappings'
/// factories. So the size is stored as a sequence of mappings without columns: eight hexadecimal digits, four for the height and four for the width,
/// with this one as the end mark. ML.NET loads the steps of a pipeline in their order, on one thread. They take no time when rows are read.
/// </remarks>
[CustomMappingFactoryAttribute(ContractName)]
internal sealed class ImageSize : CustomMappingFactory<ImageSize.Nothing, ImageSize.Nothing>
{
    /// <summary>Part of saved models: never changed.</summary>
    public const string ContractName = "ResNeXt.MLNet.ImageSize";

    private const int BitsPerDigit = 4, Digits = 8;

    private static readonly ImageSizeDigit[] Factories =
    [
        new ImageSizeDigit0(), new ImageSizeDigit1(), new ImageSizeDigit2(), new ImageSizeDigit3(),
        new ImageSizeDigit4(), new ImageSizeDigit5(), new ImageSizeDigit6(), new ImageSizeDigit7(),
        new ImageSizeDigit8(), new ImageSizeDigit9(), new ImageSizeDigitA(), new ImageSizeDigitB(),
        new ImageSizeDigitC(), new ImageSizeDigitD(), new ImageSizeDigitE(), new ImageSizeDigitF(),
    ];

    // The last eight digits that were read; older ones are shifted out.
    [ThreadStatic]
    private static uint _digits;

    /// <summary>The size that this thread has read last, while it loaded a pipeline or made the steps.</summary>
    public static (int Height, int Width) Latest => ((int)(_digits >> (BitsPerDigit * Digits / 2)), (int)(_digits & ushort.MaxValue));

    /// <summary>Makes the steps that store a size.</summary>
    /// <param name="transforms">The catalog that makes the steps.</param>
    /// <param name="height">The height in pixels, at most 65,535.</param>
    /// <param name="width">The width in pixels, at most 65,535.</param>
    public static IEstimator<ITransformer> Steps(TransformsCatalog transforms, int height, int width)
    {
        uint size = (uint)height << (BitsPerDigit * Digits / 2) | (uint)width;
        var steps = new EstimatorChain<ITransformer>();
        for (int digit = Digits - 1; digit >= 0; digit--)
        {
            ImageSizeDigit factory = Factories[size >> (BitsPerDigit * digit) & 0xF];
            steps = steps.Append<ITransformer>(transforms.CustomMapping(factory.GetMapping(), ImageSizeDigit.ContractPrefix + factory.Digit));
        }
        return steps.Append<ITransformer>(transforms.CustomMapping(new ImageSize().GetMapping(), ContractName));
    }

    /// <summary>Takes the next digit while a pipeline is loaded.</summary>
    /// <param name="digit">The hexadecimal digit.</param>
    public static void Read(char digit) => _digits = _digits << BitsPerDigit | Convert.ToUInt32($"{digit}", 16);

    public override Action<Nothing, Nothing> GetMapping()
    {
        (int height, int width) = Latest;
        if (height > 0 && width > 0)
            ImageTypeRegistration.Add(height, width);
        return static (_, _) => { };
    }

    /// <summary>No columns.</summary>
    internal sealed class Nothing
    {
    }
}
