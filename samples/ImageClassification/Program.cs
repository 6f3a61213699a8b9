return ImageClassification.Commands.CommandRun.Invoke(args);
