using ResNeXt.Benchmarks.FineTuning;
using ResNeXt.Benchmarks.Forms;
using ResNeXt.Benchmarks.Int8;

return args switch
{
    ["forms", .. var options] => FormsCommand.Run(options),
    ["form", var form] => FormMeasurement.Run(form),
    ["features"] => FeaturesCommand.Run(),
    ["int8", .. var options] => Int8Command.Run(options),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: features            what it saves to compute the features of frozen layers once");
    Console.Error.WriteLine("       forms [--runs N]    what each form of the bottleneck costs (default 5 runs, at least 5)");
    Console.Error.WriteLine("       int8 [--runs N] [--networks A,B] [--json FILE]    how fast and large networks are in int8");
    return 1;
}
