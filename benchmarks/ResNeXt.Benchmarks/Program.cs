using ResNeXt.Benchmarks.FineTuning;
using ResNeXt.Benchmarks.Forms;

return args switch
{
    ["forms", .. var options] => FormsCommand.Run(options),
    ["form", var form] => FormMeasurement.Run(form),
    ["features"] => FeaturesCommand.Run(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: features            what it saves to compute the features of frozen layers once");
    Console.Error.WriteLine("       forms [--runs N]    what each form of the bottleneck costs (default 5 runs, at least 5)");
    return 1;
}
