using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using ResNeXt.Core;
using ResNeXt.Core.Distributed;
using ResNeXt.Core.Tests.Distributed;
using ResNeXt.Core.Training.Recipes;
using static ResNeXt.MLNet.Tests.ResNeXtTrainerTests;

namespace ResNeXt.MLNet.Tests.Training;

/// <summary>Trainers of several processes that train together, as threads of this one.</summary>
public sealed class GroupFitTests
{
    private const int Images = 48;

    [Fact]
    public void Fit_InSeveralProcesses_ReadsEveryImageOnceAndGivesAllTheModelOfOne()
    {
        ResNeXtTrainer.Options options = Small("Image") with { MaxEpochs = 2 };
        TrainingRecipe accumulating = TrainingRecipe.Standard(Architectures.Get(options.Architecture)) with { GradientAccumulationSteps = 2 };
        float[][] alone = Fit(options with { BatchSize = 8, Recipe = accumulating }, new Counter());
        var counter = new Counter();

        float[][][] together = ThreadTransport.Run(2, group => Fit(options with { Group = group }, counter));

        Assert.Equal(together[0], together[1]);
        foreach ((float[] expected, float[] scores) in alone.Zip(together[0]))
            Assert.All(expected.Zip(scores), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        // Both read the first image.
        Assert.Equal(Images + 1, counter.Reads);
    }

    // ML.NET reads such rows ahead, with several threads, but only those that the process has to read: the files of others do not exist.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Fit_OnImageFiles_NeedsOnlyItsPartOfThem(bool areEncoded)
    {
        using var folder = new TemporaryFolder();
        foreach ((int index, Patterns.Row row) in Patterns.Make(Images, seed: 1).Index())
        {
            using MLImage image = row.Image;
            foreach (int rank in index == 0 ? [0, 1] : new[] { index % 2 })
                image.Save(folder.File($"{rank}-{index}.png"));
        }

        float[][][] together = ThreadTransport.Run(2, group =>
        {
            var mlContext = new MLContext(seed: 1);
            IDataView rows = mlContext.Data.LoadFromEnumerable(Patterns.Make(Images, seed: 1)
                .Select((row, index) => new FileRow { ImagePath = folder.File($"{group.Rank}-{index}.png"), Label = row.Label }));
            IEstimator<ITransformer> reading = areEncoded
                ? mlContext.Transforms.LoadRawImageBytes("Image", null, "ImagePath")
                : mlContext.Transforms.DecodeImages("Image", "ImagePath");
            ResNeXtTrainer.Options options = Small("Image") with { MaxEpochs = 1, ImageSize = Patterns.Size, Group = group };
            return Scores(mlContext.Transforms.Conversion.MapValueToKey("Label").Append(reading).Append(Trainer(mlContext, options))
                .Fit(rows).Transform(mlContext.Data.TakeRows(rows, 1)));
        });

        Assert.Equal(together[0], together[1]);
    }

    [Fact]
    public void Fit_WithAnImageThatCannotBeReadInOneProcess_FailsInAllWithTheReason()
    {
        Exception[] exceptions = ThreadTransport.Fail(2, group => Fit(Small("Image") with { MaxEpochs = 1, Group = group }, new Counter { Damaged = 5 }));

        Assert.Contains("failed: ", Assert.IsType<RankFailedException>(exceptions[0]).Message);
        Assert.Contains("Image 5 is damaged.", exceptions[0].Message);
        Assert.Contains("Image 5 is damaged.", exceptions[1].Message);
    }

    [Fact]
    public void Fit_WithACheckpointFolderThatIsAFile_FailsInAllWithTheReason()
    {
        using var file = new TemporaryFile(content: []);
        ResNeXtTrainer.Options options = Small("Image") with { MaxEpochs = 1, CheckpointDirectory = file.Path };

        Exception[] exceptions = ThreadTransport.Fail(2, group => Fit(options with { Group = group }, new Counter()));

        Assert.IsType<IOException>(exceptions[0]);
        Assert.Matches("^Rank 0 .* failed: ", Assert.IsType<RankFailedException>(exceptions[1]).Message);
        Assert.Contains(exceptions[0].Message, exceptions[1].Message);
    }

    // Two images each of a batch of 32, which fine-tuning has for 512 images; for 200 it has batches of 16.
    [Fact]
    public void Constructor_WhereTheBatchSizeDependsOnTheImages_LeavesItToFit()
    {
        var options = new ResNeXtTrainer.Options { Architecture = "resnet18", InitialWeights = "pretrained" };

        string[] mistakes = ThreadTransport.Run(16, group =>
        {
            ResNeXtTrainer.Options inGroup = options with { Group = group };
            Trainer(new(seed: 1), inGroup);
            return Assert.Throws<ArgumentException>(() => Trainer(new(seed: 1), inGroup with { BatchSize = 16 })).Message;
        });

        Assert.All(mistakes, mistake => Assert.Contains("BatchSize is 16, to be divided among 16 processes", mistake));
    }

    // Only rank 0 draws a contact sheet, before all train.
    [Fact]
    public void SaveContactSheet_InOneProcessOfAGroup_ReadsAllImagesAlone()
    {
        using var folder = new TemporaryFolder();
        string sheet = folder.File("sheet.png");
        var counter = new Counter();

        ThreadTransport.Run(2, group =>
        {
            if (group.Rank == 0)
                Trainer(new(seed: 1), Small("Image") with { Group = group }).SaveContactSheet(Keyed(new(seed: 1), counter), sheet);
            return true;
        });

        Assert.True(File.Exists(sheet));
        Assert.Equal(Images, counter.Reads);
    }

    private static float[][] Fit(ResNeXtTrainer.Options options, Counter counter)
    {
        var mlContext = new MLContext(seed: 1);
        using ResNeXtTransformer model = Trainer(mlContext, options).Fit(Keyed(mlContext, counter));
        return Scores(model.Transform(Keyed(mlContext, new Counter())));
    }

    private static ResNeXtTrainer Trainer(MLContext mlContext, ResNeXtTrainer.Options options) =>
        mlContext.MulticlassClassification.Trainers.ResNeXt(options);

    private static IDataView Keyed(MLContext mlContext, Counter counter)
    {
        IDataView rows = mlContext.Data.LoadFromEnumerable(
            Patterns.Make(Images, seed: 1).Select((row, index) => new CountedRow(row, index, counter)));
        return mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    }

    private sealed class FileRow
    {
        public string ImagePath { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class Counter
    {
        private readonly ConcurrentBag<int> _reads = [];

        public int? Damaged { get; init; }

        public int Reads => _reads.Count;

        public void Add(int index)
        {
            _reads.Add(index);
            if (index == Damaged)
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"Image {index} is damaged."));
        }
    }

    private sealed class CountedRow(Patterns.Row row, int index, Counter counter)
    {
        [ImageType(Patterns.Size, Patterns.Size)]
        public MLImage Image
        {
            get
            {
                counter.Add(index);
                return row.Image;
            }
            set => throw new NotSupportedException();
        }

        public string Label { get; set; } = row.Label;
    }
}
