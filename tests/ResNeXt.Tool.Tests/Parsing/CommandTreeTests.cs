using System.CommandLine;
using ImageClassification.Demo;
using ResNeXt.Core.Images.Augmentation;
using ResNeXt.Core.Quantization;
using ResNeXt.Core.Training.Recipes;
using ResNeXt.MLNet;
using ResNeXt.MLNet.Experiments;
using ResNeXt.Tool.Parsing;

namespace ResNeXt.Tool.Tests.Parsing;

/// <summary>Rules that hold for every option of every command, those to come included.</summary>
public sealed class CommandTreeTests
{
    // With the options that the demo has without a command.
    private static readonly RootCommand Root = DemoCommand.Create(_ => { });

    private static readonly Type[] WholeTypes = [typeof(int), typeof(uint), typeof(long)], RealTypes = [typeof(float), typeof(double)];

    // Commands and options by name, so that a failure says which.
    public static TheoryData<string, string> Whole => Of(option => WholeTypes.Contains(TypeOf(option)));

    public static TheoryData<string, string> Real => Of(option => RealTypes.Contains(TypeOf(option)));

    public static TheoryData<string, string> Choices => Of(option => TypeOf(option).IsEnum);

    public static TheoryData<string, string> WithValue => Of(option => TypeOf(option) != typeof(bool) && TypeOf(option) != typeof(void));

    [Theory]
    [MemberData(nameof(Whole))]
    public void WholeNumbers_OfEveryOption_AreReadInOneWay(string command, string option)
    {
        using var culture = new CommaCulture();
        foreach (string wrong in new[] { "1,000", "1.000", "1e3", "5.0", "0x10", "5 0", "abc", "99999999999" })
            AssertRefused(command, option, wrong);
        foreach (string right in new[] { "5", " 5 ", "+5" })
            AssertTaken(command, option, right);
    }

    [Theory]
    [MemberData(nameof(Real))]
    public void Numbers_OfEveryOption_AreReadInOneWay(string command, string option)
    {
        using var culture = new CommaCulture();
        foreach (string wrong in new[] { "0,01", "1,5", "1,000.5", "NaN", "Infinity", "-Infinity", "1e999", "0x10", "abc" })
            AssertRefused(command, option, wrong);
        foreach (string right in new[] { "0.5", ".5", "5e-1", " 0.5 ", "1" })
            AssertTaken(command, option, right);
    }

    [Theory]
    [MemberData(nameof(Choices))]
    public void Choices_OfEveryOption_AreNamesAndNothingElse(string command, string option)
    {
        Option parsed = Find(command).Options.Single(candidate => candidate.Name == option);
        string[] names = Enum.GetNames(TypeOf(parsed));
        foreach (string wrong in new[] { "0", "1", names[0] + "x", string.Join(",", names[..2]) })
            Assert.Contains(names[^1], AssertRefused(command, option, wrong), StringComparison.Ordinal);
        foreach (string right in names.Concat(names.Select(name => name.ToUpperInvariant())))
            AssertTaken(command, option, right);
    }

    [Theory]
    [MemberData(nameof(WithValue))]
    public void Values_OfEveryOption_AreNeitherEmptyNorTheNameOfAnother(string command, string option)
    {
        AssertRefused(command, option, "");
        AssertRefused(command, option, " ");
        AssertRefused(command, option, Find(command).Options.First(other => other.Name != option).Name);
    }

    [Theory]
    [MemberData(nameof(WithValue))]
    public void Names_OfEveryOption_AreSuggestedWhereMisspelt(string command, string option)
    {
        string misspelt = option[..^1] + "_" + option[^1];

        string mistake = string.Join(" ", Mistakes([.. Words(command), misspelt, "5"]));

        Assert.Contains($"There is no option {misspelt}", mistake, StringComparison.Ordinal);
        Assert.Contains(option, mistake[(mistake.IndexOf("did you mean", StringComparison.Ordinal) + 1)..], StringComparison.Ordinal);
        Assert.DoesNotContain("'5'", mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_OfEveryCommand_AreSuggestedWhereMisspelt() => Assert.All(Root.Subcommands, command =>
        Assert.StartsWith($"There is no command '{command.Name}e'; did you mean {command.Name}?", Assert.Single(Mistakes([command.Name + "e", "--epochs", "3", "x"])), StringComparison.Ordinal));

    [Fact]
    public void Options_OfTheWordTable_AreThereAndSetByTheLibrarysName()
    {
        string[] known = [.. All().Select(item => item.Option.Name)];
        string[] properties = [.. new[] { typeof(ResNeXtTrainer.Options), typeof(TrainingRecipe), typeof(AugmentationPolicy), typeof(TrainingOptions), typeof(QuantizationOptions), typeof(ImageExperimentOptions), typeof(PredictorOptions) }
            .SelectMany(type => type.GetProperties()).Select(property => property.Name)];

        Assert.Empty(OptionWords.Options.Keys.Except(properties));
        Assert.Empty(OptionWords.Options.Values.Except(known));
    }

    private static string AssertRefused(string command, string option, string value)
    {
        string mistake = Assert.Single(Mistakes([.. Words(command), option, value]), mistake => mistake.StartsWith(option + " ", StringComparison.Ordinal));
        Assert.DoesNotContain("System.", mistake, StringComparison.Ordinal);
        return mistake;
    }

    private static void AssertTaken(string command, string option, string value) =>
        Assert.DoesNotContain(Mistakes([.. Words(command), option, value]), mistake => mistake.Contains(option, StringComparison.Ordinal));

    private static IReadOnlyList<string> Mistakes(string[] args) => ParseMistakes.Of(CommandLine.Parse(args, Root));

    private static TheoryData<string, string> Of(Func<Option, bool> belongs)
    {
        var data = new TheoryData<string, string>();
        foreach ((Command command, Option option) in All().Where(item => belongs(item.Option)))
            data.Add(command is RootCommand ? "" : command.Name, option.Name);
        return data;
    }

    private static IEnumerable<(Command Command, Option Option)> All()
    {
        return Root.Subcommands.Prepend(Root).SelectMany(command => command.Options.Select(option => (command, option)))
            .Where(item => item.option is not (System.CommandLine.Help.HelpOption or VersionOption));
    }

    private static Command Find(string command) => command.Length == 0 ? Root : Root.Subcommands.Single(candidate => candidate.Name == command);

    private static string[] Words(string command) => command.Length == 0 ? [] : [command];

    private static Type TypeOf(Option option) => Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType;
}
