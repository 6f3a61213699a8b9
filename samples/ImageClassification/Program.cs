using ImageClassification.Commands;

return ImageClassification.Commands.CommandRun.Invoke(args);
