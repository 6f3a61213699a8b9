using ResNeXt.Core.OnnxSessions;

namespace ResNeXt.Core.Tests.OnnxSessions;

public sealed class SessionThreadsTests
{
    [Theory]
    // ONNX Runtime counts right: a machine without hyperthreads, one with them, and one whose cores nobody knows.
    [InlineData(4, 4, false, null)]
    [InlineData(4, 8, false, null)]
    [InlineData(null, 8, false, null)]
    // A container, or a process with an affinity, that may use 2 of the processors.
    [InlineData(64, 2, false, 2)]
    // Caches are hidden, and with them the topology.
    [InlineData(2, 2, true, 2)]
    [InlineData(4, 8, true, 4)]
    [InlineData(null, 8, true, 8)]
    public void Choose_OfAMachine_CorrectsWhatOnnxRuntimeCountsWrongly(int? cores, int processors, bool hidesCaches, int? expected) =>
        Assert.Equal(expected, SessionThreads.Choose(cores, processors, hidesCaches));
}
