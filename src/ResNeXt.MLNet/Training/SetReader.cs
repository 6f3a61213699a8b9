using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using ResNeXt.Core.Images;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;

namespace ResNeXt.MLNet.Training;

/// <summary>Reads the data views of one training into stores, and warns of rows that are left out.</summary>
internal sealed class SetReader(MLServices services, ResNeXtTrainer.Options options, FeatureInput feature, IChannel log)
{
    /// <summary>Reads a set; <paramref name="classOf"/> gives the class of a key, both from 0.</summary>
    public ImageStore Read(IDataView data, Func<int, int> classOf)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(options.CancellationToken, options.StopToken);
        (ImageStore images, int withoutLabel) = new TrainingData(services, feature, options.LabelColumnName)
            .Read(data, options.CacheSizeInMegabytes * 1024L * 1024, classOf, ended.Token);
        if (withoutLabel > 0)
            log.Warning(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture, $"{withoutLabel} rows without a label were left out."));
        return images;
    }
}
