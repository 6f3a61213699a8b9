using Microsoft.ML;

namespace ResNeXt.MLNet.Folders;

/// <summary>The views of a divided data set, each with the columns <c>ImagePath</c> and <c>Label</c>.</summary>
/// <param name="TrainSet">The images to learn from.</param>
/// <param name="ValidationSet">The images to choose by, or null where there are none.</param>
/// <param name="TestSet">The images to judge by, or null where there are none.</param>
public sealed record ImageDatasetSplits(IDataView TrainSet, IDataView? ValidationSet, IDataView? TestSet);
