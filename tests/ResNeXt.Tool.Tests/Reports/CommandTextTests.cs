using System.CommandLine;
using ResNeXt.Tool.Reports;

namespace ResNeXt.Tool.Tests.Reports;

public sealed class CommandTextTests
{
    [Theory]
    [InlineData("report --model photos.zip --images ../photos --output report.html", "report", "--model=photos.zip", "--images", "../photos", "--output", "report.html")]
    [InlineData("report --images 'my photos' --model 'it'\\''s.zip'", "report", "--images", "my photos", "--model", "it's.zip")]
    [InlineData("report --model m.zip --images photos", "report", "--model", "/home/somebody/m.zip", "--images", "/home/somebody/photos/")]
    [InlineData("report --model '$(x).zip'", "report", "--model", "$(x).zip")]
    public void Of_ACommandLine_CanBeGivenToAShellAndHasNoFoldersOfThisMachine(string expected, params string[] args)
    {
        ParseResult parsed = CommandLine.Parse(args, CommandLine.Create(_ => { }));

        Assert.Equal($"resnext {expected}", CommandText.Of(parsed));
    }
}
