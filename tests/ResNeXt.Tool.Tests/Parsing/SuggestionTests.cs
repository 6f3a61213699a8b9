using ResNeXt.Tool.Parsing;

namespace ResNeXt.Tool.Tests.Parsing;

public sealed class SuggestionTests
{
    [Theory]
    [InlineData("--epoch", "--epochs")]
    [InlineData("-epochs", "--epochs")]
    [InlineData("--Epochs", "--epochs")]
    [InlineData("--learning_rate", "--learning-rate")]
    [InlineData("--learningrate", "--learning-rate")]
    [InlineData("--tpo", "--top")]
    public void Nearest_OfAMisspeltName_IsTheOneThatWasMeant(string given, string meant) =>
        Assert.Equal([meant], Suggestion.Nearest(given, ["--epochs", "--learning-rate", "--batch-size", "--top", "--arch"]));

    [Fact]
    public void Nearest_OfANameThatIsNearToSeveral_AreAllOfThese() =>
        Assert.Equal(["resnet18", "resnet34"], Suggestion.Nearest("resnet", ["resnet18", "resnet34", "resnet20_cifar"]));

    [Theory]
    [InlineData("--frobnicate")]
    [InlineData("")]
    [InlineData("x")]
    public void For_ANameLikeNoOther_SuggestsNothing(string given) => Assert.Equal(".", Suggestion.For(given, ["--epochs", "--top", "predict"]));
}
