using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.MLNet.Tests.Schema;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Mistakes;

/// <summary>Mistakes in the columns, through every way a column reaches the trainer.</summary>
public sealed class SchemaMistakeTests
{
    private static readonly Dictionary<string, (ResNeXtTrainer.Options Options, Func<IDataView> Data, string[] Says)> Mistakes = new()
    {
        ["missing label"] = (Options() with { LabelColumnName = "Class" }, () => KeyedRows(), ["'Class'", "LabelColumnName", "'Planar'", "'Label'"]),
        ["missing features"] = (Options("Pixels"), () => KeyedRows(), ["'Pixels'", "FeatureColumnName", "'Planar'", "'Image'"]),
        ["text as label"] = (Options(), () => Rows(), ["'Label'", "String", "key", "MapValueToKey"]),
        ["number as label"] = (Options() with { LabelColumnName = "Number" }, () => Rows(), ["'Number'", "Single", "key", "MapValueToKey"]),
        ["vector of keys as label"] = (Options() with { LabelColumnName = "Keys" }, VectorOfKeys, ["'Keys'", "Vector", "key"]),
        ["text as features"] = (Options("Text"), () => With(MlContext.Transforms.Conversion.ConvertType("Text", "Number", DataKind.String)),
            ["'Text'", "String", "MLImage", "vectors of floats", "ExtractPixels"]),
        ["number as features"] = (Options("Number"), () => KeyedRows(), ["'Number'", "Single", "MLImage", "vectors of floats"]),
        ["vector of doubles"] = (Options("Doubles"), () => With(MlContext.Transforms.Conversion.ConvertType("Doubles", "Planar", DataKind.Double)),
            ["'Doubles'", "Double", "vectors of floats"]),
        ["vector of unknown size"] = (Options("Pixels"), () => MlContext.Data.LoadFromEnumerable([new AnyLength()]), ["'Pixels'", "known size"]),
    };

    private static readonly Dictionary<string, (ResNeXtTrainer.Options Options, Func<IDataView> Data, string[] Says)> SizeMistakes = new()
    {
        ["one channel"] = (Options("Grey"), () => With(Extract("Grey", ImagePixelExtractingEstimator.ColorBits.Green)),
            ["'Grey'", "1 channels", "takes 3"]),
        ["four channels"] = (Options("All"), () => With(Extract("All", ImagePixelExtractingEstimator.ColorBits.All)),
            ["'All'", "4 channels", "takes 3"]),
        ["small vectors"] = (Options() with { Architecture = "resnet18" }, () => KeyedRows(), ["'Planar'", "16 x 16", "at least 32", "_cifar"]),
        ["small images"] = (Options("Image") with { Architecture = "resnet18" }, () => KeyedRows(), ["'Image'", "16 x 16", "at least 32", "_cifar"]),
        ["images below 8 pixels"] = (Options("Tiny"), () => With(MlContext.Transforms.ResizeImages("Tiny", 7, 9, "Image")),
            ["'Tiny'", "9 x 7", "at least 8"]),
        ["large images"] = (Options("Wide"), () => With(MlContext.Transforms.ResizeImages("Wide", 9000, 16, "Image")),
            ["'Wide'", "16 x 9000", "at most 8192"]),
        ["another size than the vectors'"] = (Options() with { ImageSize = 32 }, () => KeyedRows(),
            ["ImageSize is 32", "16 x 16", "Leave ImageSize out"]),
        ["flat vectors of no square"] = (Options("Flat"), () => With(MlContext.Transforms.Concatenate("Flat", "Planar", "Number")),
            ["769 values", "3 channels", "ImageSize"]),
        ["keys of dates"] = (Options(), DateKeys, ["'Label'", "DateTime", "text or numbers"]),
        ["keys without end"] = (Options() with { LabelColumnName = "Hash" }, () => With(MlContext.Transforms.Conversion.Hash("Hash", "Number")),
            ["'Hash'", "2147483648", "at most"]),
    };

    public static TheoryData<string> Names => [.. Mistakes.Keys];

    public static TheoryData<string> SizeNames => [.. SizeMistakes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Fit_WithMistakeInColumns_SaysItTheSameWayEverywhere(string mistake)
    {
        (ResNeXtTrainer.Options options, Func<IDataView> data, string[] says) = Mistakes[mistake];
        ResNeXtTrainer trainer = Trainer(options);

        AssertSays(says, () => trainer.Fit(data()));
        AssertSays(says, () => trainer.GetOutputSchema(ShapeOf.Data(data())));
        AssertSays(says, () => new EstimatorChain<ITransformer>().Append(trainer).Fit(data()));
    }

    [Theory]
    [MemberData(nameof(SizeNames))]
    public void Fit_WithColumnsOfWrongSizes_SaysItBeforeTraining(string mistake)
    {
        (ResNeXtTrainer.Options options, Func<IDataView> data, string[] says) = SizeMistakes[mistake];
        options = options with { Progress = new NeverCalled() };

        AssertSays(says, () => Trainer(options).Fit(data()));
        AssertSays(says, () => new EstimatorChain<ITransformer>().Append(Trainer(options)).Fit(data()));
    }

    [Fact]
    public void Fit_WithTextAsLabel_FailsBeforeTheStepsBeforeItAreFitted()
    {
        IEstimator<ITransformer> before = MlContext.Transforms.CopyColumns("Copy", "Label");
        bool wasFitted = false;

        Assert.Throws<InvalidOperationException>(() => before.WithOnFitDelegate(_ => wasFitted = true).Append(Trainer()).Fit(Rows()));

        Assert.False(wasFitted);
    }

    private static void AssertSays(string[] parts, Action act)
    {
        var exception = Assert.Throws<InvalidOperationException>(act);
        Assert.Null(exception.InnerException);
        Assert.DoesNotContain('\n', exception.Message);
        Assert.All(parts, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    private static IDataView With(IEstimator<ITransformer> step) => step.Fit(KeyedRows()).Transform(KeyedRows());

    private static ImagePixelExtractingEstimator Extract(string column, ImagePixelExtractingEstimator.ColorBits colors) =>
        MlContext.Transforms.ExtractPixels(column, "Image", colors);

    private static IDataView VectorOfKeys() => With(MlContext.Transforms.Concatenate("Keys", "Label", "Label"));

    private static IDataView DateKeys()
    {
        IDataView rows = MlContext.Data.LoadFromEnumerable([new Dated { Label = new(2020, 1, 1) }, new Dated { Label = new(2021, 1, 1) }]);
        return MlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    }

    private sealed class AnyLength
    {
        [KeyType(3)]
        public uint Label { get; set; } = 1;

        [VectorType]
        public float[] Pixels { get; set; } = new float[768];
    }

    private sealed class Dated
    {
        public DateTime Label { get; set; }

        [VectorType(3, 8, 8)]
        public float[] Planar { get; set; } = new float[192];
    }

    private sealed class NeverCalled : IProgress<Core.EpochReport>
    {
        public void Report(Core.EpochReport value) => Assert.Fail("It trained first.");
    }
}
