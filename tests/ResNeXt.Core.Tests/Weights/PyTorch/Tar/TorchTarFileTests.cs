using System.Runtime.InteropServices;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Weights.Making;
using ResNeXt.Core.Weights;

namespace ResNeXt.Core.Tests.Weights.PyTorch.Tar;

/// <summary>Well-formed checkpoints in the first format of torch.save, and what damage does to them.</summary>
public sealed class TorchTarFileTests
{
    [Fact]
    public void Read_ParameterAndPlainTensor_KeepsNamesOrderShapesAndBits()
    {
        float[] values = [1.5f, -0f, float.NegativeInfinity, BitConverter.UInt32BitsToSingle(0x7FC12345), float.Epsilon, 3];
        byte[] content = new TorchTar().Floats(404_999_536, values).Floats(-8, 42)
            .Tensor(1, 404_999_536, 0, [2, 3], [3, 1]).Tensor(-2, -8, 0, [1], [1]).Parameter("z", 1).Named("a", -2).Write();

        StateDict weights = Reading.Read(content);

        Assert.Equal(["z", "a"], weights.Tensors.Keys);
        Assert.Equal([2, 3], weights.Tensors["z"].Shape);
        Assert.Equal(values.Select(BitConverter.SingleToUInt32Bits), weights.Values("z").Select(BitConverter.SingleToUInt32Bits));
        Assert.Equal([1], weights.Tensors["a"].Shape);
        Assert.Equal([42f], weights.Values("a"));
        Assert.Empty(weights.Metadata);
    }

    [Fact]
    public void Read_HalfAndDouble_BecomeFloat()
    {
        byte[] halves = MemoryMarshal.AsBytes([(Half)1.5f, Half.MaxValue, Half.Epsilon, Half.NegativeInfinity]).ToArray();
        byte[] doubles = MemoryMarshal.AsBytes([0.1, -1e300, 2.0]).ToArray();
        byte[] content = new TorchTar().Storage(1, "HalfStorage", 4, halves).Storage(2, "DoubleStorage", 3, doubles)
            .Tensor(3, 1, 0, [4], [1], "HalfTensor", module: "torch.cuda").Tensor(4, 2, 0, [3], [1], "DoubleTensor")
            .Parameter("half", 3).Named("double", 4).Write();

        StateDict weights = Reading.Read(content);

        Assert.Equal([1.5f, 65504f, 5.9604645e-8f, float.NegativeInfinity], weights.Values("half"));
        Assert.Equal([0.1f, float.NegativeInfinity, 2f], weights.Values("double"));
    }

    [Fact]
    public void Read_TensorsOnOneStorageAndItsParts_AreGatheredRowByRow()
    {
        byte[] content = new TorchTar().Floats(10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11).Part(11, 10, 2, 8).Part(12, 11, 1, 3)
            .Tensor(20, 10, 0, [3, 4], [4, 1]).Tensor(21, 10, 0, [4, 3], [1, 4]).Tensor(22, 11, 1, [2, 2], [4, 1]).Tensor(23, 12, 0, [3], [1])
            .Tensor(24, 10, 500, [0, 2], [2, 1])
            .Named("whole", 20).Named("transposed", 21).Parameter("middle", 22).Named("part of a part", 23).Named("empty", 24).Named("again", 20)
            .Write();

        StateDict weights = Reading.Read(content);

        Assert.Equal([0f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], weights.Values("whole"));
        Assert.Equal([0f, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11], weights.Values("transposed"));
        Assert.Equal([4, 3], weights.Tensors["transposed"].Shape);
        Assert.Equal([3f, 4, 7, 8], weights.Values("middle"));
        Assert.Equal([3f, 4, 5], weights.Values("part of a part"));
        Assert.Empty(weights.Values("empty"));
        Assert.Equal(weights.Values("whole"), weights.Values("again"));
    }

    [Fact]
    public void Read_TrainingCheckpoint_TakesTheNetworkOnly()
    {
        byte[] content = new TorchTar { Wrapper = "state_dict" }.Storage(1, "LongStorage", 1, new byte[8]).Floats(2, 5)
            .Tensor(3, 1, 0, [1], [1], "LongTensor").Tensor(4, 2, 0, [1], [1]).Tensor(5, null, 0, [], [])
            .Named("bn.num_batches_tracked", 3).Parameter("w", 4).Write();

        StateDict weights = Reading.Read(content);

        Assert.Equal(["w"], weights.Tensors.Keys);
        Assert.Equal([5f], weights.Values("w"));
    }

    // As later versions of 0.1 wrote it: with its tensor from the start and three switches as its state.
    [Fact]
    public void Read_ParameterMadeWithItsTensor_ReadsIt()
    {
        byte[] content = new TorchTar().Floats(1, 5).Tensor(2, 1, 0, [1], [1]).Entry("w", pickle =>
            TorchTar.Refer(pickle.Global("torch.nn.parameter", "Parameter"), 2).Raw(0x85, 0x81, 0x88, 0x89).Raw("N").Raw(0x87).Raw("b")).Write();

        Assert.Equal([5f], Reading.Read(content).Values("w"));
    }

    [Fact]
    public void Read_OtherEntriesWithPaths_AreLeftAlone()
    {
        var tar = new TorchTar().Floats(1, 5).Tensor(2, 1, 0, [1], [1]).Named("w", 2);
        byte[] content = new TarWriter().Add("../../pickle", [1]).Add("/etc/pickle", [2]).Add("pickle", [3], folder: "other")
            .Add("sys_info", TorchTar.SysInfo()).Add("./pickle", []).Add("tensors", tar.Tensors())
            .Add("pickle", tar.Pickle(), records: null).Add("storages", tar.Storages()).Finish();

        Assert.Equal([5f], Reading.Read(content).Values("w"));
    }

    // The entries end before the padding of the archive, so cutting the file after them loses nothing.
    [Fact]
    public void Read_CutOffAnywhere_ReadsTheSameOrThrowsInvalidData()
    {
        byte[] content = Small();
        int end = content.Length - 1024 - 512 + (int)(Checkpoint().Storages().Length % 512);
        for (int length = 0; length < content.Length; length += 97)
        {
            if (length < end)
                Reading.Refusal(content[..length]);
            else
                Assert.Equal(Reading.Read(content).Values("w"), Reading.Read(content[..length]).Values("w"));
        }
        Assert.Contains($"it has {end - 1} bytes and needs at least {end}", Reading.Refusal(content[..(end - 1)]), StringComparison.Ordinal);
        Assert.Equal([1f, 2, 3, 4], Reading.Read(content[..end]).Values("w"));
    }

    // Many bytes of an archive are padding; but none may end in another exception, and all that describes the tensors is checked.
    [Fact]
    public void Read_AnyByteChanged_ReadsOrThrowsInvalidData()
    {
        byte[] content = Small();
        using var file = new TemporaryFile();
        int refused = 0;
        for (int i = 0; i < content.Length; i++)
        {
            byte[] changed = [.. content];
            changed[i] ^= new byte[] { 0x01, 0x80, 0xFF }[i % 3];
            File.WriteAllBytes(file.Path, changed);
            StateDict? weights = null;
            if (Record.Exception(() => weights = WeightFile.Read(file.Path)) is { } exception)
            {
                Assert.IsType<InvalidDataException>(exception);
                refused++;
                continue;
            }
            Assert.All(weights!.Tensors.Values, tensor =>
                Assert.Equal(tensor.Shape.Aggregate(1, (product, dimension) => product * dimension), tensor.Values.Length));
        }
        // The headers, one of them an extension's, have a checksum.
        Assert.InRange(refused, 5 * 512, content.Length);
    }

    private static byte[] Small() => new TarWriter().Add("sys_info", TorchTar.SysInfo()).Add("pickle", Checkpoint().Pickle(), records: null)
        .Add("tensors", Checkpoint().Tensors(), records: null).Add("storages", Checkpoint().Storages(), records: null).Finish();

    private static TorchTar Checkpoint() => new TorchTar().Floats(1, 1, 2, 3, 4).Part(5, 1, 0, 4)
        .Tensor(2, 5, 0, [2, 2], [2, 1]).Tensor(3, 1, 1, [2], [2]).Parameter("w", 2).Named("v", 3);
}
