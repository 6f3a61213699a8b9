using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Weights;

namespace ResNeXt.MLNet.Training;

/// <summary>
/// Saves the weights of a finished training for which no transformer can be made, for example because the folder for temporary files does not take its
/// file.
/// </summary>
internal static class RescuedWeights
{
    /// <summary>Writes the weights to the first folder that takes them.</summary>
    /// <param name="model">The trained classifier.</param>
    /// <param name="checkpointDirectory">The folder to try before the current folder and the user's; null for none.</param>
    /// <param name="cause">Why there is no transformer.</param>
    /// <returns>The exception to throw; it says where the weights are.</returns>
    public static IOException Save(ClassifierModel model, string? checkpointDirectory, Exception cause)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string name = $"resnext-trained-{Guid.NewGuid():N}.safetensors";
        foreach (string folder in new[] { checkpointDirectory, Environment.CurrentDirectory, home }.OfType<string>().Where(Directory.Exists))
        {
            string path = Path.GetFullPath(Path.Combine(folder, name));
            try
            {
                SafetensorsFile.Write(path, new StateDict(model.Weights.Tensors, ModelMetadata.Describe(model)));
                return new($"The training has ended, but no model can be made of it: {cause.Message.TrimEnd('.')}. The weights are in '{path}'; "
                    + "score with them by ResNeXtTransformer.FromWeights.", cause);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The next folder may take them.
            }
        }
        return new($"The training has ended, but no model can be made of it, and no folder takes its weights: {cause.Message.TrimEnd('.')}.", cause);
    }
}
