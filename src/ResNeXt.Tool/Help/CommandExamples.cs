using System.CommandLine;
using ResNeXt.Core;
using ResNeXt.Tool.Training;

namespace ResNeXt.Tool.Help;

/// <summary>Additions to the help of commands: examples, and the values that options accept.</summary>
internal static class CommandExamples
{
    private static readonly Dictionary<string, string[]> Examples = new(StringComparer.Ordinal)
    {
        ["train"] =
        [
            "resnext train --images photos --validation-fraction 0.2 --arch resnet18 --image-size 128 --output photos.zip",
            "resnext train --images photos --arch resnet50 --weights resnet50.safetensors --recipe fine-tune --output photos.zip",
            "resnext train --images photos --weights pretrained --download --output photos.zip",
            "resnext train --images photos --arch resnet50 --weights torchvision:resnet50.IMAGENET1K_V2 --download --output photos.zip",
            "resnext train --images photos --validation-fraction 0.2 --output photos.zip --report training.html",
            "resnext train --images photos --output photos.zip --checkpoint state --resume",
            "mpirun -n 2 resnext train --images photos --threads 4 --output photos.zip",
        ],
        ["find-rate"] = ["resnext find-rate --images photos --arch resnet18 --image-size 128 --curve curve.svg"],
        ["evaluate"] =
        [
            "resnext evaluate --model photos.zip --images other-photos --metrics figures.json",
            "resnext evaluate --arch resnet20_cifar --weights resnet20.th --cifar test_batch.bin",
        ],
        ["compare"] = ["resnext compare --images photos --time 600 --output best.zip"],
        ["predict"] = ["resnext predict --model photos.zip holiday.jpg more-photos --top 3", "resnext predict --model photos.zip holiday.jpg --json --minimum-probability 0.7"],
        ["explain"] =
        [
            "resnext explain --model photos.zip holiday.jpg --output explanation.png",
            "resnext explain --model photos.zip more-photos --output explanations --class cat",
        ],
        ["report"] = ["resnext report --model photos.zip --images other-photos --output report.html"],
        ["score"] =
        [
            "resnext score --model photos.zip --images more-photos --output scores.jsonl",
            "resnext score --model photos.zip --images more-photos --output part-3.parquet --shard 3/16",
        ],
        ["check-labels"] =
        [
            "resnext check-labels --images photos --output labels.html",
            "resnext check-labels --images photos --validation other-photos --output labels.html --csv labels.csv",
            "resnext check-labels --images photos --output labels.html --move suspicious --yes",
        ],
        ["export"] =
        [
            "resnext export --model photos.zip --onnx photos.onnx --safetensors photos.safetensors",
            "resnext export --arch resnet50 --weights pretrained --download --onnx resnet50.onnx --mean .485,.456,.406 --std .229,.224,.225",
            "resnext export --arch resnet50 --weights resnet50.pth --onnx resnet50.onnx --mean .485,.456,.406 --std .229,.224,.225",
        ],
        ["quantize"] = ["resnext quantize --model photos.zip --images photos --output int8.zip"],
        ["serve"] = ["resnext serve --model photos.zip", "resnext serve --model photos.zip --port 0 --minimum-probability 0.6"],
        ["info"] = ["resnext info --arch resnet50 --layers", "resnext info --machine"],
        ["completion"] = ["resnext completion bash >> ~/.bashrc", "resnext completion pwsh | Out-String | Invoke-Expression"],
    };

    /// <summary>Gets the lines to add to the help of a command.</summary>
    public static IEnumerable<string> Of(Command command)
    {
        if (!Examples.TryGetValue(command.Name, out string[]? examples))
            yield break;
        yield return "Examples:";
        foreach (string example in examples)
            yield return $"  {example}";
        if (command.Options.Any(option => option.Name == "--arch"))
        {
            yield return "";
            yield return "Architectures:";
            foreach (string[] names in Architectures.All.Select(architecture => architecture.Name).Chunk(6))
                yield return $"  {string.Join(", ", names)}";
        }
        if (command.Options.Any(option => option.Name == "--recipe"))
        {
            yield return "";
            yield return $"Recipes: {string.Join(", ", RecipeOptions.Names)}";
        }
        yield return "";
    }
}
