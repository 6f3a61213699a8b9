using ResNeXt.Tool.Parsing;

namespace ResNeXt.Tool.Tests.Parsing;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData("5", 5)]
    [InlineData("+5", 5)]
    [InlineData("-5", -5)]
    [InlineData(" 5 ", 5)]
    [InlineData("2147483647", int.MaxValue)]
    public void Read_OfAWholeNumber_GivesIt(string text, int expected)
    {
        using var culture = new CommaCulture();

        Assert.Null(NumberText.Read(text, out int value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("1,000", "without separators")]
    [InlineData("1.000", "without separators")]
    [InlineData("5.0", "without separators")]
    [InlineData("1e3", "in digits alone")]
    [InlineData("0x10", "in digits alone")]
    [InlineData("1_000", "in digits alone")]
    [InlineData("5 0", "in digits alone")]
    [InlineData("five", "in digits alone")]
    [InlineData("\u0665", "in digits alone")]
    [InlineData("2147483648", "between -2147483648 and 2147483647")]
    [InlineData("-99999999999999999999", "between -2147483648 and 2147483647")]
    public void Read_OfNoWholeNumber_SaysWhatIsExpected(string text, string expected)
    {
        using var culture = new CommaCulture();

        Assert.Contains(expected, NumberText.Read(text, out int value), StringComparison.Ordinal);
        Assert.Equal(0, value);
    }

    [Theory]
    [InlineData("0.01", 0.01)]
    [InlineData(".5", 0.5)]
    [InlineData("1e-3", 0.001)]
    [InlineData(" 2 ", 2)]
    public void Read_OfANumber_GivesIt(string text, double expected)
    {
        using var culture = new CommaCulture();

        Assert.Null(NumberText.Read(text, out double value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("0,01", "decimal point")]
    [InlineData("1,5", "decimal point")]
    [InlineData("1,000.5", "decimal point")]
    [InlineData("0x10", "decimal point")]
    [InlineData("1/2", "decimal point")]
    [InlineData("5%", "decimal point")]
    [InlineData("NaN", "finite")]
    [InlineData("-Infinity", "finite")]
    [InlineData("1e999", "finite")]
    public void Read_OfNoNumber_SaysWhatIsExpected(string text, string expected)
    {
        using var culture = new CommaCulture();

        Assert.Contains(expected, NumberText.Read(text, out float single), StringComparison.Ordinal);
        Assert.Contains(expected, NumberText.Read(text, out double value), StringComparison.Ordinal);
        Assert.Equal((0, 0), (single, value));
    }

    [Fact]
    public void Read_OfANegativeNumberWithoutSign_NamesTheRange() =>
        Assert.Equal("it must be between 0 and 4294967295", NumberText.Read("-5", out uint _));
}
