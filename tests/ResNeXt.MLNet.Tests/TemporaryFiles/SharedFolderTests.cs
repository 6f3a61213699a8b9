using System.Diagnostics;
using Microsoft.ML;

namespace ResNeXt.MLNet.Tests.TemporaryFiles;

/// <summary>Folders for temporary files that other users write to as well, as /tmp is.</summary>
public sealed class SharedFolderTests
{
    [Fact]
    public async Task Load_BesideAnOldPipeThatIsNamedLikeAModel_DoesNotOpenIt()
    {
        if (OperatingSystem.IsWindows())
            return;
        using var temporary = new TemporaryFolder();
        string pipe = temporary.File("abcdefgh.onx"), model = Path.Combine(AppContext.BaseDirectory, "SavedFiles", "0.1", "classifier.zip");
        using (Process make = Process.Start("mkfifo", pipe))
            await make.WaitForExitAsync();
        File.SetLastWriteTimeUtc(pipe, DateTime.UtcNow.AddHours(-3));

        // Whoever opens the pipe waits for ever.
        using ResNeXtTransformer loaded = await Task.Run(() => ResNeXtTransformer.Load(new MLContext { TempFilePath = temporary.Path }, model))
            .WaitAsync(TimeSpan.FromMinutes(1));

        Assert.True(File.Exists(pipe));
    }
}
