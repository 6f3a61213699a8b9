using System.CommandLine;
using ResNeXt.Tool.Parsing;

namespace ResNeXt.Tool.Tests.Parsing;

public sealed class OptionWordsTests
{
    private static readonly Command Train = new("train")
    {
        new Option<int>("--epochs"), new Option<string>("--device"), new Option<string>("--weights"), new Option<bool>("--resume"), new Option<string>("--checkpoint"),
    };

    [Theory]
    [InlineData("MaxEpochs is 0; it must be at least 1.", "--epochs is 0; it must be at least 1.")]
    [InlineData("Options.MaxEpochs is 0.", "--epochs is 0.")]
    [InlineData("Device is 'cdua'; it must be cpu.", "--device is 'cdua'; it must be cpu.")]
    [InlineData("Device memory is short.", "Device memory is short.")]
    [InlineData("InitialWeights is 'MaxEpochs', the recipe's file.", "--weights is 'MaxEpochs', the recipe's file.")]
    [InlineData("Resume is set without a CheckpointDirectory; name the folder.", "--resume is set without a --checkpoint; name the folder.")]
    [InlineData("BatchSize is 1.", "BatchSize is 1.")]
    [InlineData("Give a file that mlContext.Model.Save wrote.", "Give a file that train wrote.")]
    public void Translate_OfALibrarysMessage_NamesTheOptionsOfTheCommand(string message, string expected) =>
        Assert.Equal(expected, OptionWords.Translate(message, Train));
}
