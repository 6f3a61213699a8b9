using ResNeXt.Benchmarks.Comparison;
using ResNeXt.Benchmarks.Explaining;
using ResNeXt.Benchmarks.FineTuning;
using ResNeXt.Benchmarks.Forms;
using ResNeXt.Benchmarks.Int8;
using ResNeXt.Benchmarks.Parts;
using ResNeXt.Benchmarks.Profiling;
using ResNeXt.Benchmarks.Serving;

return args switch
{
    ["compare", .. var options] => CompareCommand.Run(options),
    ["side", var row, var side, var folder] => SideCommand.Run(row, side, folder),
    ["parts", .. var options] => PartsCommand.Run(options),
    ["profile", var row, var type] => ProfileCommand.Run(row, type),
    ["forms", .. var options] => FormsCommand.Run(options),
    ["form", var form] => FormMeasurement.Run(form),
    ["features"] => FeaturesCommand.Run(),
    ["few-images", var folder, .. var options] when FewImagesArguments.Parse(folder, options) is { } arguments => FewImagesCommand.Run(arguments),
    ["int8", .. var options] => Int8Command.Run(options),
    ["explain", var network] => ExplainCommand.Run(network),
    ["serving", .. var options] => await ServingCommand.RunAsync(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: compare [--rows NAME,NAME] [--runs N] [--output FOLDER]    this repository beside what else there is (default 5 runs, at least 5)
               profile ROW TYPE                                           where the time of a training step goes: resnext50 float32, for example
               parts [BenchmarkDotNet's options]                          decoding, augmentation and loading by themselves
               features                                                   what it saves to compute the features of frozen layers once
               few-images DIR [--train] [--by-prefix] [--per-class N,N,all]
                                                                          what pretrained weights bring with few images
               forms [--runs N]                                           what each form of the bottleneck costs (default 5 runs, at least 5)
               int8 [--runs N] [--networks A,B] [--json FILE]             how fast and large networks are in int8
               explain NETWORK                                            what an explanation costs, beside a prediction: resnet18, for example
               serving [--seconds N] [--turns N] [--replacements N] [--network NAME]
                                                                          the server under load (default 3 turns of 60 s, resnet18)
        """);
    return 1;
}
