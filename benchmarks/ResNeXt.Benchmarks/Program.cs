using ResNeXt.Benchmarks.Comparison;
using ResNeXt.Benchmarks.FineTuning;
using ResNeXt.Benchmarks.Forms;

return args switch
{
    ["compare", .. var options] => CompareCommand.Run(options),
    ["side", var row, var side, var folder] => SideCommand.Run(row, side, folder),
    ["forms", .. var options] => FormsCommand.Run(options),
    ["form", var form] => FormMeasurement.Run(form),
    ["features"] => FeaturesCommand.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: compare [--rows NAME,NAME] [--runs N] [--output FOLDER]    this repository beside what else there is");
    Console.Error.WriteLine("       features            what it saves to compute the features of frozen layers once");
    Console.Error.WriteLine("       forms [--runs N]    what each form of the bottleneck costs (default 5 runs, at least 5)");
    return 1;
}
