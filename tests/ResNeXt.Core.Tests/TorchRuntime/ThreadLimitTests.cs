using ResNeXt.Core.Images;
using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.Tests.Training;
using ResNeXt.Core.TorchRuntime;
using ResNeXt.Core.Training;
using ResNeXt.Core.Training.LearningRate;
using ResNeXt.Core.Training.Recipes;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.TorchRuntime;

// libtorch gives new threads the number that was set last, so no other test may run at the same time.
[Collection(nameof(ThreadLimitTests))]
[CollectionDefinition(nameof(ThreadLimitTests), DisableParallelization = true)]
public sealed class ThreadLimitTests : IDisposable
{
    private readonly int _before = Threads();

    public void Dispose() => set_num_threads(_before);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Train_WithThreads_ComputesOnSoManyAndGivesTheCallersNumberBack(int threads)
    {
        set_num_threads(2);
        var during = new List<int>();

        Train(SmallTraining.Options(SmallTraining.Recipe) with { Threads = threads }, during);

        Assert.Equal(SmallTraining.Recipe.MaxEpochs, during.Count);
        Assert.All(during, number => Assert.Equal(threads, number));
        Assert.Equal(2, get_num_threads());
    }

    [Fact]
    public void Train_WithoutThreads_KeepsACallersSmallerNumber()
    {
        set_num_threads(1);
        var during = new List<int>();

        Train(SmallTraining.Options(SmallTraining.Recipe), during);

        Assert.All(during, number => Assert.Equal(1, number));
        Assert.Equal(1, get_num_threads());
    }

    [Fact]
    public void Train_WithoutThreads_UsesNoMoreThanTheProcessorsOfTheProcess()
    {
        set_num_threads(Environment.ProcessorCount + 1);
        var during = new List<int>();

        Train(SmallTraining.Options(SmallTraining.Recipe), during);

        Assert.All(during, number => Assert.Equal(Environment.ProcessorCount, number));
        Assert.Equal(Environment.ProcessorCount + 1, get_num_threads());
    }

    [Fact]
    public void Train_ThatFails_GivesTheCallersNumberBack()
    {
        set_num_threads(2);
        TrainingOptions options = SmallTraining.Options(SmallTraining.Recipe) with { Threads = 1 };

        Assert.Throws<OperationCanceledException>(() => SmallTraining.Train(options, cancellation: new CancellationToken(canceled: true)));

        Assert.Equal(2, get_num_threads());
    }

    [Fact]
    public void OnWorker_OnANewThread_ComputesAloneAndLeavesTheCallersNumberThere()
    {
        set_num_threads(2);
        (int During, int After) numbers = default;
        using (var limit = new ThreadLimit(3))
        {
            var thread = new Thread(() =>
            {
                int during;
                using (limit.OnWorker())
                    during = get_num_threads();
                numbers = (during, get_num_threads());
            });
            thread.Start();
            thread.Join();
        }

        Assert.Equal((OperatingSystem.IsLinux() ? 1 : 3, OperatingSystem.IsLinux() ? 2 : 3), numbers);
    }

    [Fact]
    public void Find_WithThreads_GivesTheCallersNumberBack()
    {
        set_num_threads(2);
        using ImageStore training = SmallTraining.Images(8);
        using ResidualNetwork network = SmallTraining.Network();
        TrainingOptions options = SmallTraining.Options(SmallTraining.Recipe) with { Threads = 1 };

        new LearningRateFinder(network, SmallTraining.Normalization, options).Find(training, new() { Steps = 20 });

        Assert.Equal(2, get_num_threads());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1025)]
    public void Validate_WithThreadsOutOfRange_SaysWhatIsAllowed(int threads)
    {
        TrainingOptions options = SmallTraining.Options(SmallTraining.Recipe) with { Threads = threads };

        Assert.Contains($"Threads is {threads}; it must be between 1 and 1024", Assert.Throws<ArgumentException>(options.Validate).Message);
    }

    private static int Threads()
    {
        TorchLibrary.EnsureLoaded();
        return get_num_threads();
    }

    private static void Train(TrainingOptions options, List<int> numbers)
    {
        using ImageStore training = SmallTraining.Images(8);
        using ResidualNetwork network = SmallTraining.Network();
        new ClassifierTrainer(network, SmallTraining.Normalization, options).Train(training, callbacks: new(new Counting(numbers)));
    }

    private sealed class Counting(List<int> numbers) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => numbers.Add(get_num_threads());
    }
}
