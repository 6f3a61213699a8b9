using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace ResNeXt.MLNet.LabelChecks.Signals;

/// <summary>The probabilities of each image, by linear models that are trained on the features of other images.</summary>
internal static class OutOfSampleProbabilities
{
    private const int Folds = 5;

    // The mean over several divisions into folds depends less on chance.
    private const int Repeats = 3;

    // The features of a network are more than the images of a small set; without a strong penalty, the models learn wrong labels by heart.
    private const float L2Regularization = 0.4f;

    /// <summary>Trains a model per fold and predicts the images of the fold; for several divisions into folds, whose mean it takes.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="directions">The features of each image, with the length 1.</param>
    /// <param name="labels">The index of each image's class; each class has at least two images.</param>
    /// <param name="pictures">The number of each image's picture. Images of the same picture are in the same fold: a copy would confirm its label.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="seed">The seed of the folds.</param>
    /// <param name="cancellationToken">Ends the training after a fold.</param>
    /// <returns>One probability per class for each image.</returns>
    public static float[][] Compute(
        MLContext mlContext, float[][] directions, int[] labels, int[] pictures, int classes, int seed, CancellationToken cancellationToken)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, directions[0].Length);
        schema[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), classes);
        float[][] probabilities = Array.ConvertAll(labels, _ => new float[classes]);
        var trainer = mlContext.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            L1Regularization = 0,
            L2Regularization = L2Regularization,
            // The order of sums, and so the result, would depend on the threads.
            NumberOfThreads = 1,
        });
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            foreach (int[] held in FoldsOf(labels, pictures, new Random(seed + repeat)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                ITransformer model = trainer.Fit(View(Enumerable.Range(0, labels.Length).Except(held)));
                foreach ((int index, float[] score) in held.Zip(model.Transform(View(held)).GetColumn<float[]>("Score")))
                    TensorPrimitives.MultiplyAdd(score, 1f / Repeats, probabilities[index], probabilities[index]);
            }
        }
        return probabilities;

        // In objects, keys begin with 0.
        IDataView View(IEnumerable<int> rows) => mlContext.Data.LoadFromEnumerable(
            rows.Select(index => new Row { Features = directions[index], Label = (uint)labels[index] }).ToArray(), schema);
    }

    // Deals the shuffled images of class after class to the folds in turn; copies of a picture go where the first of them went, unless the class has
    // no other picture to learn from.
    private static IEnumerable<int[]> FoldsOf(int[] labels, int[] pictures, Random random)
    {
        var foldOfPicture = new Dictionary<int, int>();
        var folds = new int[labels.Length];
        int dealt = 0;
        foreach (IGrouping<int, int> rows in Enumerable.Range(0, labels.Length).GroupBy(index => labels[index]).OrderBy(rows => rows.Key))
        {
            int[] shuffled = [.. rows];
            bool hasOthers = shuffled.DistinctBy(index => pictures[index]).Skip(1).Any();
            random.Shuffle(shuffled);
            foreach (int index in shuffled)
            {
                if (!hasOthers || foldOfPicture.TryAdd(pictures[index], dealt % Folds))
                    folds[index] = dealt++ % Folds;
                else
                    folds[index] = foldOfPicture[pictures[index]];
            }
        }
        return Enumerable.Range(0, labels.Length).GroupBy(index => folds[index]).Select(fold => fold.ToArray());
    }

    private sealed class Row
    {
        public required float[] Features { get; init; }

        public uint Label { get; init; }
    }
}
