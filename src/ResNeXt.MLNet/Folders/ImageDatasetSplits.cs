using Microsoft.ML;

namespace ResNeXt.MLNet.Folders;

/// <summary>
/// A dataset that is split into training, validation and test set, each a view with the text columns <c>ImagePath</c> and <c>Label</c>.
/// </summary>
/// <param name="TrainSet">The training set.</param>
/// <param name="ValidationSet">The validation set, to choose the best epoch by; null if there is none.</param>
/// <param name="TestSet">The test set, to evaluate the final model on; null if there is none.</param>
public sealed record ImageDatasetSplits(IDataView TrainSet, IDataView? ValidationSet, IDataView? TestSet);
