using ResNeXt.MLNet.Prediction;

namespace ResNeXt.MLNet.Tests.Prediction;

public sealed class ConcurrentlyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public void Make_OfTwoThatWaitForEachOther_MakesBoth()
    {
        using var both = new Barrier(2);

        (string first, int second) = Concurrently.Make(
            () => both.SignalAndWait(Patience) ? "first" : "", () => both.SignalAndWait(Patience) ? Environment.CurrentManagedThreadId : 0);

        Assert.Equal("first", first);
        Assert.NotEqual(0, second);
        Assert.NotEqual(Environment.CurrentManagedThreadId, second);
    }

    [Fact]
    public void Make_IfTheFirstFails_WaitsForTheSecondAndDisposesOfIt()
    {
        using var failed = new ManualResetEventSlim();
        var made = new Resource();

        Assert.Throws<InvalidDataException>(() => Concurrently.Make<int, Resource>(
            () =>
            {
                failed.Set();
                throw new InvalidDataException();
            },
            () =>
            {
                failed.Wait(Patience);
                Thread.Sleep(20);
                return made;
            }));

        Assert.Equal(1, made.Disposals);
    }

    [Fact]
    public void Make_IfTheSecondFails_DisposesOfTheFirst()
    {
        var made = new Resource();

        Assert.Equal("second", Assert.Throws<InvalidDataException>(
            () => Concurrently.Make<Resource, int>(() => made, () => throw new InvalidDataException("second"))).Message);

        Assert.Equal(1, made.Disposals);
    }

    [Fact]
    public void Make_IfBothFail_ThrowsWhatTheFirstThrew()
    {
        using var failed = new ManualResetEventSlim();

        Assert.Equal("first", Assert.Throws<InvalidDataException>(() => Concurrently.Make<int, int>(
            () => failed.Wait(Patience) ? throw new InvalidDataException("first") : 1,
            () =>
            {
                failed.Set();
                throw new InvalidOperationException("second");
            })).Message);
    }

    private sealed class Resource : IDisposable
    {
        public int Disposals { get; private set; }

        public void Dispose() => Disposals++;
    }
}
