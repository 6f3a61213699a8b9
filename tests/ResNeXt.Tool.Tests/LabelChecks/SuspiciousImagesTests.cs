using ResNeXt.MLNet.LabelChecks;
using ResNeXt.Tool.LabelChecks;

namespace ResNeXt.Tool.Tests.LabelChecks;

public sealed class SuspiciousImagesTests
{
    [Theory]
    [InlineData(false, 2, 0)]
    [InlineData(true, 0, 2)]
    public void Move_OfSuspiciousImages_EndsWhenItIsCanceled(bool isCanceled, int moved, int left)
    {
        using var folder = new TemporaryFolder();
        CheckedLabel[] labels = [Label(folder, "a.png", true), Label(folder, "b.png", false), Label(folder, "c.png", true)];
        var suspicious = new SuspiciousImages(folder.File("images"), folder.File("moved"));

        Assert.Equal((moved, left), suspicious.Move(labels, new CancellationToken(isCanceled)));

        Assert.Equal(3 - moved, Directory.GetFiles(folder.File("images", "star")).Length);
    }

    private static CheckedLabel Label(TemporaryFolder folder, string name, bool isSuspicious)
    {
        string path = folder.File("images", "star", name);
        File.WriteAllBytes(path, [1]);
        return new(path, "star", "circle", 0.1f, 0.9f, isSuspicious, null, null);
    }
}
