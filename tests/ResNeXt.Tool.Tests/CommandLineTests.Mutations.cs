using System.IO.Compression;
using System.Text;
using SkiaSharp;
using Xunit.Abstractions;

namespace ResNeXt.Tool.Tests;

/// <summary>Damaged copies of every file that a command reads end in an exit code and a sentence: no crash, no hang, no stack trace.</summary>
public sealed partial class CommandLineTests(ITestOutputHelper output)
{
    // What the command line says of an exception that nobody expected.
    private const string Unexpected = "This is an error of the program";

    private const string Onnx = "TransformerChain/Transform_000/Transform_002/OnnxModel";

    private static readonly Dictionary<string, SKEncodedImageFormat> Encoded = new()
    {
        ["png"] = SKEncodedImageFormat.Png, ["jpeg"] = SKEncodedImageFormat.Jpeg, ["webp"] = SKEncodedImageFormat.Webp,
    };

    // Two pixels.
    private static readonly byte[] Gif = Convert.FromBase64String("R0lGODdhAgABAIAAAP8AAAAA/ywAAAAAAgABAAACAkQKADs=");

    public static TheoryData<string> DamagedKinds =>
    [
        "model", "model with checksums", "int8 model", "safetensors", "onnx", "png", "jpeg", "webp", "gif", "bmp", "cifar", "cifar names",
        "score job", "score rows", "checkpoint",
    ];

    [Theory]
    [MemberData(nameof(DamagedKinds))]
    public void Invoke_WithSomeDamagedCopies_EndsInASentence(string kind) => RunDamaged(kind, kind == "checkpoint" ? 1 : 6);

    [Theory]
    [MemberData(nameof(DamagedKinds))]
    [Trait("Category", "Slow")]
    public void Invoke_WithManyDamagedCopies_EndsInASentence(string kind) => RunDamaged(kind, MutationRun.Many / (kind == "checkpoint" ? 10 : 1));

    private void RunDamaged(string kind, int count)
    {
        using var folder = new TemporaryFolder();
        string images = ShapeFolder.Paint(folder.Path), image = images + "/star/0.png";
        output.WriteLine($"{kind}: " + (kind switch
        {
            "model" or "int8 model" => Check(File.ReadAllBytes(Old(kind == "model" ? "classifier.zip" : "classifier-int8.zip")), "m.zip",
                file => ["predict", "--model", file, image]),
            "model with checksums" => Check(OnnxOf(SavedModel), "m.zip", file => ["predict", "--model", file, image], Repack),
            "safetensors" => Check(Exported("--safetensors"), "w.safetensors", ExportAgain),
            "onnx" => Check(Exported("--onnx"), "w.onnx", ExportAgain),
            "gif" or "bmp" or "png" or "jpeg" or "webp" => Check(Image(kind, image), $"i.{kind}",
                file => ["predict", "--model", SavedModel, "--json", file]),
            "cifar" => CheckCifar("c.bin"),
            "cifar names" => CheckCifar("batches.meta.txt"),
            "score job" => CheckScore("s.jsonl.job"),
            "score rows" => CheckScore("s.jsonl.partial"),
            "checkpoint" => CheckCheckpoint(),
            _ => throw new ArgumentException(kind),
        }));

        string Check(byte[] original, string name, Func<string, string[]> command, Func<byte[], byte[]>? finish = null)
        {
            // The undamaged file works.
            RunWith(finish?.Invoke(original) ?? original);
            return MutationRun.Check(original, count, RunWith, finish: finish);

            void RunWith(byte[] content)
            {
                string file = folder.File(name);
                File.WriteAllBytes(file, content);
                RunToASentence(command(file));
            }
        }

        byte[] Exported(string option)
        {
            Run(0, "export", "--model", SavedModel, option, folder.File("exported"));
            return File.ReadAllBytes(folder.File("exported"));
        }

        string[] ExportAgain(string file) => ["export", "--arch", "resnet20_cifar", "--weights", file, "--onnx", folder.File("again.onnx")];

        string CheckCifar(string damaged)
        {
            byte[] records = CifarRecords();
            byte[] names = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 10).Select(label => $"class {label}")));
            File.WriteAllBytes(folder.File("c.bin"), records);
            File.WriteAllBytes(folder.File("batches.meta.txt"), names);
            Run(0, "train", "--cifar", folder.File("c.bin"), "--arch", "resnet20_cifar", "--epochs", "1", "--output", folder.File("m.zip"));
            return Check(damaged == "c.bin" ? records : names, damaged,
                _ => ["evaluate", "--model", folder.File("m.zip"), "--cifar", folder.File("c.bin")]);
        }

        // As an interrupted run leaves the files; a run that goes on changes them.
        string CheckScore(string damaged)
        {
            string[] command = ["score", "--model", SavedModel, "--images", images, "--output", folder.File("s.jsonl")];
            Run(0, command);
            File.Move(folder.File("s.jsonl"), folder.File("s.jsonl.partial"));
            byte[] job = File.ReadAllBytes(folder.File("s.jsonl.job")), rows = File.ReadAllBytes(folder.File("s.jsonl.partial"));
            return Check(damaged.EndsWith(".job", StringComparison.Ordinal) ? job : rows, "changed", changed =>
            {
                File.Delete(folder.File("s.jsonl"));
                File.WriteAllBytes(folder.File("s.jsonl.job"), job);
                File.WriteAllBytes(folder.File("s.jsonl.partial"), rows);
                File.Move(changed, folder.File(damaged), overwrite: true);
                return command;
            });
        }

        string CheckCheckpoint()
        {
            string state = folder.Path + "/state";
            string[] command = ["train", "--images", images, "--arch", "resnet20_cifar", "--image-size", "16", "--epochs", "1",
                "--output", folder.File("m.zip"), "--checkpoint", state];
            Run(0, command);
            string checkpoint = Directory.GetFiles(state, "checkpoint-*").Order(StringComparer.Ordinal).Last();
            return Check(File.ReadAllBytes(checkpoint), "changed", changed =>
            {
                File.Move(changed, checkpoint, overwrite: true);
                return [.. command, "--resume"];
            });
        }
    }

    // A refusal is an InvalidDataException here, because that is what MutationRun counts as one.
    private static void RunToASentence(string[] command)
    {
        TextWriter outBefore = Console.Out, errorBefore = Console.Error;
        using StringWriter written = new(), said = new();
        int code;
        try
        {
            Console.SetOut(written);
            Console.SetError(said);
            code = CommandLine.Invoke(command);
        }
        finally
        {
            Console.SetOut(outBefore);
            Console.SetError(errorBefore);
        }
        string error = said.ToString().TrimEnd();
        Assert.InRange(code, 0, 2);
        Assert.DoesNotContain(Unexpected, error);
        Assert.DoesNotContain("   at ", error + written);
        if (code == 0)
            return;
        // predict --json says on standard output what is wrong with an image.
        string refusal = error.Length > 0 ? error : written.ToString().TrimEnd();
        Assert.NotEqual("", refusal);
        throw new InvalidDataException(code == 1 ? refusal : "");
    }

    private static string Old(string name) => Path.Combine(Path.GetDirectoryName(SavedModel)!, name);

    private static byte[] OnnxOf(string zip)
    {
        using ZipArchive archive = ZipFile.OpenRead(zip);
        return RewrittenZip.Content(archive.GetEntry(Onnx)!);
    }

    private static byte[] Repack(byte[] onnx)
    {
        using ZipArchive archive = ZipFile.OpenRead(SavedModel);
        return RewrittenZip.With(archive, Onnx, onnx);
    }

    private static byte[] Image(string kind, string png)
    {
        if (kind == "gif")
            return Gif;
        using SKBitmap bitmap = SKBitmap.Decode(png);
        if (Encoded.TryGetValue(kind, out SKEncodedImageFormat format))
            return bitmap.Encode(format, 90).ToArray();
        // BMP with 24 bits per pixel: a header of 54 bytes, then rows of blue, green and red.
        const int side = 32, header = 54, length = header + 3 * side * side;
        var bmp = new byte[length];
        using var stream = new BinaryWriter(new MemoryStream(bmp));
        stream.Write("BM"u8);
        foreach (int number in new[] { length, 0, header, 40, side, side, 1 | 24 << 16, 0, length - header, 2835, 2835, 0, 0 })
            stream.Write(number);
        new Random(1).NextBytes(bmp.AsSpan(header));
        return bmp;
    }

    private static byte[] CifarRecords()
    {
        var records = new byte[3 * 3073];
        new Random(1).NextBytes(records);
        for (int image = 0; image < 3; image++)
            records[image * 3073] = (byte)image;
        return records;
    }
}
