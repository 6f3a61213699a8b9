using Microsoft.ML;
using ResNeXt.MLNet.Tests.NewProcess;
using static ResNeXt.MLNet.Tests.TinyModel;

namespace ResNeXt.MLNet.Tests.Scoring;

/// <summary>ONNX Runtime's telemetry writes into the user's cache; a new process with an empty home folder shows whether it did.</summary>
public sealed class TelemetryTests
{
    // Plain ML.NET: nothing of this library is called by name.
    [Fact]
    public async Task ModelLoad_InANewProcess_WritesNothingToTheUsersFolders() => Assert.Empty(await WrittenAsync());

    // Shows that the test above would see telemetry. Slow, because ONNX Runtime decides when it writes, and on some machines it does not.
    [Fact]
    [Trait("Category", "Slow")]
    public async Task ModelLoad_WithTelemetryAllowed_WritesToTheUsersFolders()
    {
        if (OperatingSystem.IsLinux())
            Assert.Contains(await WrittenAsync(("RESNEXT_ONNX_TELEMETRY", "on")), file => file.Contains("onnxruntime", StringComparison.Ordinal));
    }

    private static async Task<string[]> WrittenAsync(params (string Name, string Value)[] environment)
    {
        using var folder = new TemporaryFolder();
        string model = folder.File("model.zip"), home = Directory.CreateDirectory(folder.File("home")).FullName;
        MlContext.Model.Save(Trained(reloaded: false), Rows().Schema, model);
        await Child.RunAsync(folder.Path, start =>
        {
            foreach (string name in (string[])["HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"])
                start.Environment[name] = home;
            start.Environment.Remove("ORT_DISABLE_TELEMETRY");
            foreach ((string name, string value) in environment)
                start.Environment[name] = value;
        }, ChildProgram.ScorePixels, model);
        return Directory.GetFileSystemEntries(home, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 });
    }
}
