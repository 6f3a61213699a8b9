using System.CommandLine;
using ImageClassification.Commands;
using ImageClassification.Demo;

var root = new RootCommand("Trains, evaluates and exports ResNet and ResNeXt image classifiers. Without a command: the demo.")
{
    TrainCommand.Create(), EvaluateCommand.Create(), PredictCommand.Create(), ExportCommand.Create(), InfoCommand.Create(),
};
DemoCommand.AddTo(root);
return CommandRun.Invoke(root, args);
