using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace ResNeXt.MLNet.LabelChecks.Signals;

/// <summary>The probabilities of each image, by linear models that are trained on the features of other images.</summary>
internal static class OutOfSampleProbabilities
{
    private const int Folds = 5;

    // The features of a network are more than the images of a small set; without a strong penalty, the models learn wrong labels by heart.
    private const float L2Regularization = 100;

    /// <summary>Trains a model per fold and predicts the images of the fold.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="features">The features of each image.</param>
    /// <param name="labels">The index of each image's class; each class has at least two images.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="seed">The seed of the folds.</param>
    /// <param name="cancellationToken">Ends the training after a fold.</param>
    /// <returns>One probability per class for each image.</returns>
    public static float[][] Compute(
        MLContext mlContext, float[][] features, int[] labels, int classes, int seed, CancellationToken cancellationToken)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features[0].Length);
        schema[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), classes);
        int[] folds = FoldsOf(labels, seed);
        var probabilities = new float[labels.Length][];
        IEstimator<ITransformer> pipeline = mlContext.Transforms.NormalizeMeanVariance(nameof(Row.Features), fixZero: false)
            .Append(mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
            {
                L1Regularization = 0,
                L2Regularization = L2Regularization,
                // The order of sums, and so the result, would depend on the threads.
                NumberOfThreads = 1,
            }));
        for (int fold = 0; fold < Folds; fold++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] held = [.. Enumerable.Range(0, labels.Length).Where(index => folds[index] == fold)];
            if (held.Length == 0)
                continue;
            ITransformer model = pipeline.Fit(View(Enumerable.Range(0, labels.Length).Where(index => folds[index] != fold)));
            int next = 0;
            foreach (float[] score in model.Transform(View(held)).GetColumn<float[]>("Score"))
                probabilities[held[next++]] = score;
        }
        return probabilities;

        // In objects, keys begin with 0.
        IDataView View(IEnumerable<int> rows) => mlContext.Data.LoadFromEnumerable(
            rows.Select(index => new Row { Features = features[index], Label = (uint)labels[index] }).ToArray(), schema);
    }

    // Deals the shuffled images of class after class to the folds in turn.
    private static int[] FoldsOf(int[] labels, int seed)
    {
        var random = new Random(seed);
        var folds = new int[labels.Length];
        int dealt = 0;
        foreach (IGrouping<int, int> rows in Enumerable.Range(0, labels.Length).GroupBy(index => labels[index]).OrderBy(rows => rows.Key))
        {
            int[] shuffled = [.. rows];
            random.Shuffle(shuffled);
            foreach (int index in shuffled)
                folds[index] = dealt++ % Folds;
        }
        return folds;
    }

    private sealed class Row
    {
        public required float[] Features { get; init; }

        public uint Label { get; init; }
    }
}
