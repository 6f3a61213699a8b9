using ResNeXt.Core.NativeLoading;

namespace ResNeXt.Core.Tests.NativeLoading;

public sealed class LoaderMessageTests
{
    private const string Message = "Unable to load shared library '/app/a.so' or one of its dependencies. To help, set LD_DEBUG:\n"
        + "/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/a.so)\n";

    [Theory]
    [InlineData(Message, "GLIBCXX_3.4.32")]
    [InlineData("libc.so.6: Version »GLIBC_2.38« nicht gefunden", "GLIBC_2.38")]
    [InlineData("libtorch.so: cannot open shared object file", null)]
    public void MissingVersion_TextOfTheLoader_FindsTheName(string message, string? expected) =>
        Assert.Equal(expected, LoaderMessage.MissingVersion(message));

    [Fact]
    public void Shorten_MessageOfDotNet_KeepsWhatTheLoaderSays() =>
        Assert.Equal("/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/a.so)", LoaderMessage.Shorten(Message));
}
