using System.Runtime.InteropServices;
using ResNeXt.Core.Tensors;
using ResNeXt.Core.Tests.Weights.Making;

namespace ResNeXt.Core.Tests.Weights;

/// <summary>Python objects in checkpoints: harmless ones mean nothing, tensors in any wrapping are read, and commands refuse the file.</summary>
public sealed class ForeignObjectTests
{
    // What pickletools shows of each, as torch.save writes it.
    private static readonly (string Name, Action<PickleWriter> Write)[] Harmless =
    [
        ("Namespace", pickle => pickle.Global("argparse", "Namespace").Raw(")").Raw(0x81).Raw("}").Text("lr").Raw("K").Raw(1).Raw("sb")),
        ("SimpleNamespace", pickle => pickle.Global("types", "SimpleNamespace").Raw(")R}b")),
        ("Counter", pickle => pickle.Global("collections", "Counter").Raw("}").Text("cat").Raw("K").Raw(3).Raw("s").Raw(0x85).Raw("R")),
        ("OrderedDict", pickle => pickle.Global("collections", "OrderedDict").Raw(")R").Text("a").Raw("K").Raw(1).Raw("s")),
        ("defaultdict", pickle => pickle.Global("collections", "defaultdict").Global("__builtin__", "list").Raw(0x85).Raw("R(").Text("a").Raw("]u")),
        ("deque", pickle => pickle.Global("collections", "deque").Raw(")R(K").Raw(1).Raw("K").Raw(2).Raw("e")),
        ("numpy scalar", pickle => Dtype(pickle.Global("numpy.core.multiarray", "scalar")).Global("_codecs", "encode").Text("\u0000").Text("latin1")
            .Raw(0x86)
            .Raw("R").Raw(0x86).Raw("R")),
        ("numpy 2 scalar", pickle => Dtype(pickle.Global("numpy._core.multiarray", "scalar")).Raw("C").Raw(2, 1, 2).Raw(0x86).Raw("R")),
        ("numpy array", pickle =>
            Dtype(pickle.Global("numpy.core.multiarray", "_reconstruct").Global("numpy", "ndarray").Raw("K").Raw(0).Raw(0x85).Text("b")
            .Raw(0x87).Raw("R(K").Raw(1).Raw("K").Raw(1).Raw(0x85)).Raw(0x89).Text("x").Raw("tb")),
        ("numpy dtype", pickle => Dtype(pickle)),
        ("device", pickle => pickle.Global("torch", "device").Text("cuda").Raw("K").Raw(0).Raw(0x86).Raw("R")),
        ("dtype", pickle => pickle.Global("torch", "float32")),
        ("other dtype", pickle => pickle.Global("torch", "float8_e4m3fn")),
        ("Size", pickle => pickle.Global("torch", "Size").Raw("(K").Raw(1).Raw("K").Raw(2).Raw("t").Raw(0x85).Raw("R")),
        ("path", pickle => pickle.Global("pathlib", "PosixPath").Text("/").Text("data").Raw(0x86).Raw("R")),
        ("datetime", pickle => pickle.Global("datetime", "datetime").Global("_codecs", "encode").Text("\u0007").Text("latin1").Raw(0x86).Raw("R")
            .Raw(0x85).Raw("R")),
        ("enum", pickle => pickle.Global("train", "Mode").Text("fast").Raw(0x85).Raw("R")),
        ("nested class", pickle => pickle.Global("__builtin__", "getattr").Global("train", "Outer").Text("Inner").Raw(0x86).Raw("R")),
        ("instance of a nested class", pickle => pickle.Global("__builtin__", "getattr").Global("train", "Outer").Text("Inner").Raw(0x86).Raw("R)")
            .Raw(0x81).Raw("}b")),
        ("set", pickle => pickle.Global("__builtin__", "set").Raw("](K").Raw(1).Raw("e").Raw(0x85).Raw("R")),
        ("complex", pickle => pickle.Global("__builtin__", "complex").Raw("KK").Raw("KK").Raw(0x86).Raw("R")),
        ("function", pickle => pickle.Global("train", "augment")),
        ("partial", pickle => pickle.Global("functools", "partial").Global("train", "augment").Raw(0x85).Raw("R(").Global("train", "augment")
            .Raw(")}NtK").Raw(0).Raw("0b")),
        ("keyword-only", pickle => pickle.Global("train", "Config").Raw(")}").Text("lr").Raw("K").Raw(1).Raw("s").Raw(0x92)),
        ("dictionary of another class", pickle => pickle.Global("easydict", "EasyDict").Raw(")").Raw(0x81).Raw("(").Text("lr").Raw("K").Raw(1)
            .Raw("u}b")),
        ("object of __main__", pickle => pickle.Global("__main__", "Config").Raw(")").Raw(0x81).Raw("}b")),
        ("old object", pickle => pickle.Global("copy_reg", "_reconstructor").Global("train", "Old").Global("__builtin__", "object").Raw("N")
            .Raw(0x87).Raw("R}b")),
        ("slots", pickle => pickle.Global("train", "Slotted").Raw(")").Raw(0x81).Raw("N}").Raw(0x86).Raw("b")),
    ];

    public static TheoryData<string, string> Commands => new()
    {
        { "os", "system" }, { "posix", "system" }, { "nt", "popen" }, { "subprocess", "Popen" }, { "sys", "exit" }, { "shutil", "rmtree" },
            { "socket", "socket" },
        { "builtins", "eval" }, { "__builtin__", "eval" }, { "builtins", "exec" }, { "builtins", "compile" }, { "builtins", "__import__" },
            { "builtins", "open" },
        { "__builtin__", "execfile" }, { "importlib", "import_module" }, { "runpy", "run_path" }, { "ctypes", "CDLL" }, { "pickle", "loads" },
            { "_pickle", "loads" },
        { "marshal", "loads" }, { "operator", "attrgetter" }, { "webbrowser", "open" }, { "urllib.request", "urlopen" }, { "torch", "load" },
            { "torch.hub", "load" },
        { "torch.storage", "_load_from_bytes" }, { "torch.utils.cpp_extension", "load" }, { "train", "Net.__init__.__globals__" },
            { "os.path", "join" },
        { "multiprocessing.util", "spawnv_passfds" }, { "functools", "reduce" }, { "asyncio.subprocess", "create_subprocess_shell" },
    };

    [Fact]
    public void Read_HarmlessObjectsBesideTheTensors_MeanNothing()
    {
        foreach ((string name, Action<PickleWriter> write) in Harmless)
        {
            TorchCheckpoint within = new TorchCheckpoint().Entry("before", write).Floats("0", 1, 2).Tensor("w", "0", 0, [2], [1])
                .Entry("after", write);
            TorchCheckpoint beside = new TorchCheckpoint { Wrapper = "net" }.Entry("before", write).Floats("0", 1, 2).Tensor("w", "0", 0, [2], [1]);
            foreach (byte[] file in new[] { within.Zip(), within.Legacy(), beside.Zip(), beside.Legacy() })
            {
                StateDict weights = Reading.Read(file);
                Assert.True(weights.Tensors.Keys.SequenceEqual(["w"]), name);
                Assert.Equal([1f, 2f], weights.Values("w"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Read_NameOfACommand_IsRefusedWhetherCalledOrNot(string module, string name)
    {
        string marker = Path.Combine(Path.GetTempPath(), $"resnext-executed-{Guid.NewGuid():N}");
        Action<PickleWriter> command = pickle => pickle.Global(module, name).Text($"touch {marker}").Raw(0x85).Raw("R"), reference = pickle =>
            pickle.Global(module, name);
        foreach (Action<PickleWriter> write in new[] { command, reference })
        {
            TorchCheckpoint checkpoint = new TorchCheckpoint().Floats("0", 1).Tensor("w", "0", 0, [1], [1]).Entry("args", write);
            foreach (bool isZip in new[] { true, false })
            {
                string message = Reading.Refusal(checkpoint.Write(isZip));
                Assert.Contains($"'{module}.{name}'", message, StringComparison.Ordinal);
                Assert.Contains("nothing of it was executed", message, StringComparison.Ordinal);
            }
        }
        Assert.False(File.Exists(marker));
    }

    [Fact]
    public void Read_EveryWayToRebuildATensor_GivesTheTensor()
    {
        (string Module, string Name, Action<PickleWriter, Action<PickleWriter>> Wrap)[] ways =
        [
            ("torch._utils", "_rebuild_parameter", (pickle, tensor) =>
                Call(pickle, tensor, after => after.Raw(0x88).Global("collections", "OrderedDict").Raw(")R"))),
            ("torch._utils", "_rebuild_parameter_with_state",
                (pickle, tensor) => Call(pickle, tensor, after => after.Raw(0x88).Global("collections", "OrderedDict").Raw(")R}").Text("tag")
                    .Raw("K").Raw(1).Raw("s"))),
        ];
        foreach (bool isZip in new[] { true, false })
        {
            foreach ((string module, string name, Action<PickleWriter, Action<PickleWriter>> wrap) in ways)
            {
                byte[] file = new TorchCheckpoint().Floats("0", 1, 2).Wrapped("w", "0", 2, pickle => pickle.Global(module, name), wrap).Write(isZip);
                Assert.Equal([1f, 2f], Reading.Read(file).Values("w"));
            }
            Assert.Equal([1f, 2f], Reading.Read(new TorchCheckpoint().Floats("0", 1, 2).FromType("w", "0", 2).Write(isZip)).Values("w"));
        }
    }

    [Theory]
    [InlineData("float32", 4)]
    [InlineData("float16", 2)]
    [InlineData("bfloat16", 2)]
    [InlineData("float64", 8)]
    public void Read_TypedViewOfBytes_HasTheTypesElements(string type, int size)
    {
        byte[] bytes = type switch
        {
            "float32" => MemoryMarshal.AsBytes([0f, 1.5f, -2f]).ToArray(),
            "float16" => MemoryMarshal.AsBytes([(Half)0, (Half)1.5f, (Half)(-2f)]).ToArray(),
            "float64" => MemoryMarshal.AsBytes([0d, 1.5, -2]).ToArray(),
            _ => [0, 0, 0xC0, 0x3F, 0x00, 0xC0],
        };
        TorchCheckpoint checkpoint = new TorchCheckpoint().Storage("0", "UntypedStorage", 3 * size, bytes).Typed("w", "0", offset: 1, count: 2, type);

        Assert.Equal([1.5f, -2f], Reading.Read(checkpoint.Zip()).Values("w"));
        Assert.Equal([1.5f, -2f], Reading.Read(checkpoint.Legacy()).Values("w"));
    }

    [Fact]
    public void Read_WholeModel_HasTheNamesOfItsStateDict()
    {
        var checkpoint = new TorchCheckpoint().Floats("0", 1, 2);
        byte[] pickle = Module(new PickleWriter(), "Net", inner =>
            Module(inner.Text("conv1"), "Conv2d", _ => { }, weight => checkpoint.Put(weight.Text("weight"), "0", 2)).Raw("s")).Stop();

        Assert.Equal([1f, 2f], Reading.Read(ZipWriter.Write([("x/data.pkl", pickle), ("x/data/0", MemoryMarshal.AsBytes([1f, 2f]).ToArray())]))
            .Values("conv1.weight"));
    }

    [Fact]
    public void Read_ObjectInPlaceOfTheTensors_IsRefusedWithItsName()
    {
        Assert.Contains("'sklearn.svm.SVC'",
            Reading.Refusal(TorchCheckpoint.Of(new PickleWriter().Raw("}").Text("model").Global("sklearn.svm", "SVC").Raw(")")
            .Raw(0x81).Raw("s").Stop(), isZip: true)), StringComparison.Ordinal);
        Assert.Contains("'torch._utils._rebuild_sparse_tensor'", Reading.Refusal(new TorchCheckpoint().Floats("0", 1).Tensor("w", "0", 0, [1], [1])
            .Entry("s.weight", pickle => pickle.Global("torch._utils", "_rebuild_sparse_tensor").Raw(")R")).Zip()), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_IntegersThatNoLayerHas_AreLeftOut()
    {
        TorchCheckpoint checkpoint = new TorchCheckpoint().Floats("0", 1).Storage("1", "LongStorage", 1, new byte[8])
            .Tensor("n_averaged", "1", 0, [], [])
            .Tensor("queue_ptr", "1", 0, [1], [1]).Tensor("bn1.num_batches_tracked", "1", 0, [], []).Tensor("w", "0", 0, [1], [1]);

        Assert.Equal(["w"], Reading.Read(checkpoint.Zip()).Tensors.Keys);
        string header = $$"""{{{SafetensorsBytes.Entry("n_averaged", "I64", "", 0, 8)}},{{SafetensorsBytes.Entry("w", "F32", "1", 8, 12)}}}""";
        Assert.Equal(["w"], Reading.Read(SafetensorsBytes.Of(header, new byte[12])).Tensors.Keys);
    }

    private static PickleWriter Dtype(PickleWriter pickle) => pickle.Global("numpy", "dtype").Text("f8").Raw(0x89, 0x88, 0x87).Raw("R(K").Raw(3)
        .Text("<").Raw("NNNJ")
        .Raw(255, 255, 255, 255).Raw("J").Raw(255, 255, 255, 255).Raw("K").Raw(0).Raw("tb");

    private static void Call(PickleWriter pickle, Action<PickleWriter> tensor, Action<PickleWriter> after)
    {
        pickle.Raw("(");
        tensor(pickle);
        after(pickle);
        pickle.Raw("tR");
    }

    // torch.nn.Module as pickled: an object whose attributes hold three dictionaries.
    private static PickleWriter Module(PickleWriter pickle, string type, Action<PickleWriter> modules, Action<PickleWriter>? parameters = null)
    {
        pickle.Global("train", type).Raw(")").Raw(0x81).Raw("}(").Text("training").Raw(0x88).Text("_parameters")
            .Global("collections", "OrderedDict").Raw(")R");
        if (parameters is not null)
        {
            parameters(pickle);
            pickle.Raw("s");
        }
        pickle.Text("_buffers").Global("collections", "OrderedDict").Raw(")R").Text("_modules").Global("collections", "OrderedDict").Raw(")R");
        modules(pickle);
        return pickle.Raw("ub");
    }
}
