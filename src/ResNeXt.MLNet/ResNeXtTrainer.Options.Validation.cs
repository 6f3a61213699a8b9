using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Options;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.Core.Weights.Pretrained;
using ResNeXt.MLNet.Pipelines;
using ResNeXt.MLNet.Schema;
using ResNeXt.MLNet.Training;
using static System.FormattableString;

namespace ResNeXt.MLNet;

public sealed partial class ResNeXtTrainer
{
    public sealed partial record Options
    {
        /// <summary>Validates everything together, and copies it into settings that nothing changes afterwards.</summary>
        /// <param name="services">The context, which decides device and seed where the options do not.</param>
        /// <exception cref="ArgumentException">Lists every option that is out of range: its value, what is allowed.</exception>
        internal TrainerSettings ToSettings(MLServices services)
        {
            TrainingOptions training = ToTrainingOptions(services);
            // A batch size that depends on the number of images is divided among processes, and checked, when they are counted.
            TrainingOptions known = FineTunesByDefault && _batchSize is null ? training with { Group = null } : training;
            OptionErrors.ThrowIfAny([.. Columns.GetValidationErrors(), .. GetNetworkErrors(), .. GetDataErrors(), .. known.GetValidationErrors()]);
            return new TrainerSettings
            {
                Columns = Columns,
                Architecture = Architectures.Get(Architecture),
                ImageSize = ImageSize,
                PixelLayout = PixelLayout,
                Normalization = PixelMean is { } mean && PixelStd is { } std ? new PixelNormalization([.. mean], [.. std]) : null,
                RecipeFor = Recipe is null && InitialWeights is not null ? (this with { }).RecipeFor : null,
                Training = training with { Seed = Seed ?? services.Environment.Register(nameof(ResNeXtTrainer)).Rand.Next() },
                ClassWeights = ClassWeights?.ToDictionary(),
                ValidationSet = ValidationSet,
                ValidationFraction = ValidationFraction,
                CalibrateProbabilities = CalibrateProbabilities,
                TestTimeFlip = TestTimeFlip,
                InitialWeights = InitialWeights is { } weights ? new InitialWeightsSettings(weights, _architecture, Pretrained) : null,
                Checkpoints = CheckpointDirectory is { } folder
                    ? new CheckpointSettings(folder, Resume, TimeSpan.FromMinutes(CheckpointMinutes), CheckpointsKept)
                    : null,
                CacheSizeInBytes = CacheSizeInMegabytes * 1024L * 1024,
                Progress = Progress,
                BatchProgress = BatchProgress,
                CancellationToken = CancellationToken,
                StopToken = StopToken,
            };
        }

        private TrainerColumns Columns => new(LabelColumnName, FeatureColumnName, ScoreColumnName, PredictedLabelColumnName);

        private TrainingOptions ToTrainingOptions(MLServices services) => new()
        {
            Recipe = EffectiveRecipe,
            Workers = Workers,
            Threads = Threads,
            Group = Group,
            SynchronizeBatchNormalization = SynchronizeBatchNormalization,
            ExchangeGradientsInBFloat16 = ExchangeGradientsInBFloat16,
            GradientBucketInMegabytes = GradientBucketInMegabytes,
            Precision = Precision,
            Device = Device ?? (services.GpuDeviceId is { } gpu ? Invariant($"cuda:{gpu}") : Defaults.Device),
            FallbackToCpu = FallbackToCpu ?? services.FallbackToCpu,
            RetainNativeMemory = RetainNativeMemory,
        };

        private IEnumerable<string> GetNetworkErrors()
        {
            Architecture? architecture = PixelOptionErrors.FindArchitecture(Architecture);
            // Of a network that the weights choose, the size is checked when they are read.
            bool isKnown = architecture is not null && !WeightsChooseNetwork;
            return
            [
                .. PixelOptionErrors.OfArchitecture(Architecture),
                .. isKnown ? PixelOptionErrors.OfImageSize(ImageSize, architecture!) : [],
                .. isKnown ? CropErrors(architecture!) : [],
                .. PixelOptionErrors.OfMeanAndStd(PixelMean, PixelStd, architecture),
            ];
        }

        // Where the column decides about the size of the images, the crop's is checked when they are read.
        private IEnumerable<string> CropErrors(Architecture architecture)
        {
            if (ImageSize is { } size
                && EffectiveRecipe.Augmentation.FindCropError(new(architecture.InputChannels, size, size), architecture.MinimumImageSize) is { } error)
            {
                yield return error;
            }
        }

        private string? FindMistake(string weights)
        {
            if (!PretrainedWeights.IsName(weights))
                return File.Exists(weights) ? null : $"InitialWeights is '{weights}', which is not a file, and not the name of pretrained weights; check the path.";
            // An unknown architecture is a mistake of its own.
            return _architecture is not null && PixelOptionErrors.FindArchitecture(_architecture) is null
                ? null
                : PretrainedFile.FindMistake(weights, _architecture, needsClasses: false, Pretrained);
        }

        private IEnumerable<string> GetDataErrors()
        {
            if (ValidationFraction is { } fraction && !(fraction is > 0 and < 1))
                yield return Invariant($"ValidationFraction is {fraction}; it must be above 0 and below 1.");
            if (ValidationFraction is not null && ValidationSet is not null)
                yield return "Both ValidationSet and ValidationFraction are given; give one of them.";
            if (CalibrateProbabilities && ValidationFraction is null && ValidationSet is null)
            {
                yield return "CalibrateProbabilities is set without validation images to calibrate on; "
                    + "give a ValidationSet or a ValidationFraction.";
            }
            if (CacheSizeInMegabytes < 0)
                yield return Invariant($"CacheSizeInMegabytes is {CacheSizeInMegabytes}; it must be at least 0.");
            if (ClassWeights?.FirstOrDefault(item => !(item.Value >= 0 && float.IsFinite(item.Value))) is { Key: not null } wrong)
                yield return Invariant($"ClassWeights has {wrong.Value} for '{wrong.Key}'; it must be finite and at least 0.");
            if (!(CheckpointMinutes > 0) || CheckpointMinutes > TimeSpan.MaxValue.TotalMinutes)
                yield return Invariant($"CheckpointMinutes is {CheckpointMinutes}; it must be above 0.");
            if (CheckpointsKept is < 1 or > 1000)
                yield return Invariant($"CheckpointsKept is {CheckpointsKept}; it must be between 1 and 1000.");
            if (Resume && string.IsNullOrWhiteSpace(CheckpointDirectory))
                yield return "Resume is set without a CheckpointDirectory; name the folder to resume from.";
            if (EffectiveRecipe.FineTuning is not null && InitialWeights is null)
            {
                yield return "The recipe fine-tunes, which freezes the network at first, but there are no InitialWeights; "
                    + "name pretrained weights or a file with weights, or use TrainingRecipe.Standard.";
            }
            if (InitialWeights is { } weights && FindMistake(weights) is { } mistake)
                yield return mistake;
        }
    }
}
