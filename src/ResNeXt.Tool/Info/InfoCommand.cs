using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ResNeXt.Core;
using ResNeXt.Core.Networks;
using ResNeXt.MLNet.Scoring;
using ResNeXt.Tool.Output;
using ResNeXt.Tool.Parsing;
using Spectre.Console;

namespace ResNeXt.Tool.Info;

/// <summary>The command <c>info</c>, which shows the known networks and their costs, or information about the machine.</summary>
internal static class InfoCommand
{
    private const int DefaultClasses = 1000, DefaultCifarClasses = 10;

    private static readonly Option<string?> Arch = NamedChoice.Architecture("One network; default all.");
    private static readonly Option<int?> Classes = new("--classes") { Description = "Number of classes; default 1000 (10 for *_cifar).", HelpName = "N" };
    private static readonly Option<int?> ImageSize = new("--image-size") { Description = "Side of the images in pixels; default 224 (32 for *_cifar).", HelpName = "N" };
    private static readonly Option<bool> Layers = new("--layers") { Description = "With --arch: list every layer with its output shape, parameters, multiply-adds and activation memory." };
    private static readonly Option<bool> Machine = new("--machine") { Description = "Show the machine instead of networks: processor, libtorch, self-check; for bug reports." };
    private static readonly Option<bool> Json = new("--json") { Description = "Write JSON." };

    public static Command Create()
    {
        var command = new Command("info", "Lists the known networks with parameters and multiply-adds.") { Arch, Classes, ImageSize, Layers, Machine, Json };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (parsed.GetValue(Machine))
            return MachineInfo.Print(parsed.GetValue(Json));
        if (parsed.GetValue(Classes) is < 1)
            throw new ArgumentException($"--classes is {parsed.GetValue(Classes)}; it must be at least 1.");
        IReadOnlyList<Architecture> architectures = parsed.GetValue(Arch) is { } name ? [Architectures.Get(name)] : Architectures.All;
        if (parsed.GetValue(Layers))
            return PrintLayers(architectures, parsed);
        Row[] rows = [.. architectures.Select(architecture => Describe(architecture, parsed))];
        if (parsed.GetValue(Json))
            Console.WriteLine(JsonSerializer.Serialize(rows, JsonOutput.Options));
        else
            Print(rows);
        return ExitCode.Done;
    }

    private static int PrintLayers(IReadOnlyList<Architecture> architectures, ParseResult parsed)
    {
        if (architectures is not [var architecture])
            throw new ArgumentException("--layers is given without --arch; name the network whose layers to list.");
        (int classes, int size) = ClassesAndSize(architecture, parsed);
        var summary = new NetworkSummary(architecture, size, classes);
        Console.WriteLine(parsed.GetValue(Json) ? JsonSerializer.Serialize(summary.Layers, JsonOutput.Options) : summary.ToString());
        return ExitCode.Done;
    }

    private static (int Classes, int Size) ClassesAndSize(Architecture architecture, ParseResult parsed) => (
        parsed.GetValue(Classes) ?? (architecture.Stem == StemKind.Cifar ? DefaultCifarClasses : DefaultClasses),
        parsed.GetValue(ImageSize) ?? architecture.DefaultImageSize);

    private static Row Describe(Architecture architecture, ParseResult parsed)
    {
        (int classes, int size) = ClassesAndSize(architecture, parsed);
        return new Row(architecture.Name, architecture.ParameterCount(classes), architecture.MultiplyAdds(size, classes), size, classes);
    }

    private static void Print(Row[] rows)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("Architecture");
        foreach (string column in new[] { "Parameters", "Multiply-adds", "Image size", "Classes" })
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (Row row in rows)
            table.AddRow(row.Architecture, Number(row.Parameters), Number(row.MultiplyAdds), Number(row.ImageSize), Number(row.Classes));
        Terminal.Output().Write(table);
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private sealed record Row(string Architecture, long Parameters, long MultiplyAdds, int ImageSize, int Classes);
}
