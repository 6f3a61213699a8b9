using System.Globalization;
using ResNeXt.Benchmarks.Comparison;
using ResNeXt.Benchmarks.Comparison.Scoring;

namespace ResNeXt.Benchmarks.Serving;

/// <summary>
/// Measures <c>resnext serve</c>, a process of its own, under load from this one: its rate beside that of ONNX Runtime alone, by turns; requests that
/// are no images; and a model that is replaced again and again.
/// </summary>
internal static class ServingCommand
{
    private const int Connections = 8, Files = 64, Malformed = 200;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(string[] options)
    {
        if (ServingArguments.Parse(options) is not { } arguments)
        {
            Console.Error.WriteLine($"The options '{string.Join(' ', options)}' are not understood; {ServingArguments.Usage}.");
            return 1;
        }
        DirectoryInfo folder = Directory.CreateTempSubdirectory("resnext-serving-");
        try
        {
            var model = new ScoringModel(folder.FullName);
            model.Write(arguments.Architecture);
            JpegFiles.Paint(folder.FullName, Files, ScoringModel.ImageSize, ScoringModel.ImageSize);
            byte[][] files = [.. JpegFiles.In(folder.FullName).Select(File.ReadAllBytes)];
            return await MeasureAsync(arguments, model, files).ConfigureAwait(false) ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // Gets whether no request failed that should not.
    private static async Task<bool> MeasureAsync(ServingArguments arguments, ScoringModel model, byte[][] files)
    {
        using ServerProcess server = await ServerProcess.StartAsync(model.FileZip).ConfigureAwait(false);
        using var load = new Load(server.Address, files, Connections);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{arguments.Architecture}, {ScoringModel.ImageSize} px, {Connections} connections, "
            + $"{arguments.Turns} turns of {arguments.Time.TotalSeconds} s, {Environment.ProcessorCount} processors; medians (smallest to largest)"));
        bool isServed = await CompareAsync(arguments, server, load, model, files).ConfigureAwait(false);

        // The first ones make room for buffers, which the later ones find.
        using var malformed = new MalformedRequests(server.Address, files[0]);
        int wrong = await malformed.SendAsync(Malformed).ConfigureAwait(false);
        double before = server.Memory;
        wrong += await malformed.SendAsync(Malformed).ConfigureAwait(false);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"malformed requests: {wrong} of {2 * Malformed} not answered with 4xx; "
            + $"memory {before:F0} MiB after the first {Malformed}, {server.Memory:F0} MiB after all"));

        bool isReplaced = await new ModelReplacements(server, load, model.FileZip).RunAsync(arguments.Replacements).ConfigureAwait(false);
        return isServed && wrong == 0 && isReplaced;
    }

    private static async Task<bool> CompareAsync(
        ServingArguments arguments, ServerProcess server, Load load, ScoringModel model, byte[][] files)
    {
        using var session = new RawSession(model.Onnx);
        // Neither side pays for compilation and first allocations.
        await load.RunAsync(WarmUp).ConfigureAwait(false);
        BareLoop.Run(session, files, WarmUp);
        var turns = new List<ServingTurn>();
        for (int turn = 0; turn < arguments.Turns; turn++)
        {
            TimeSpan before = server.ProcessorTime;
            LoadResult served = await load.RunAsync(arguments.Time).ConfigureAwait(false);
            turns.Add(new(served, server.ProcessorTime - before, BareLoop.Run(session, files, arguments.Time)));
        }
        int failed = turns.Sum(turn => turn.Served.Failed);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"""
            serve: {Of(turn => turn.Served.Rate)} images/s, {Of(turn => turn.Cost)} ms of processor time an image
            serve: p50 {Of(turn => Milliseconds(turn, 0.5))} ms, p99 {Of(turn => Milliseconds(turn, 0.99))} ms
            serve: {turns.Sum(turn => turn.Served.Answered)} answered, {failed} failed
            ONNX Runtime alone: {Of(turn => turn.Alone.Rate)} images/s, {Of(turn => turn.Alone.Cost)} ms of processor time an image
            ratio of the rates, turn by turn: {Of(turn => turn.Ratio)}
            """));
        return failed == 0;

        Spread Of(Func<ServingTurn, double> figure) => Spread.Of(turns.Select(figure));
    }

    private static double Milliseconds(ServingTurn turn, double part) => 1000 * turn.Served.Quantile(part);
}
