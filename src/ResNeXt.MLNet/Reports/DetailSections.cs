using ResNeXt.Core;
using ResNeXt.Core.Machine;
using ResNeXt.Core.NativeLoading;
using ResNeXt.Core.Networks;
using ResNeXt.MLNet.Reports.Pages;

namespace ResNeXt.MLNet.Reports;

/// <summary>What a model is made of, and what made it.</summary>
internal static class DetailSections
{
    private static readonly string[] LayerTitles = ["Layer", "Kind", "Output shape", "Parameters", "Multiply-adds", "Activations, KiB"];

    /// <summary>The layers of a network.</summary>
    public static Html Network(NetworkSummary network) => Html.Of($"""
        <p>{network.Architecture.Name}: {network.Parameters:N0} parameters, {network.MultiplyAdds:N0} multiply-adds for an image of
        {network.ImageSize} x {network.ImageSize} pixels, {network.Classes:N0} classes.</p>
        {HtmlTable.Of("Layers", LayerTitles, network.Layers.Select(Row), textColumns: 3)}
        """);

    /// <summary>Names with values.</summary>
    public static Html Values(string caption, IEnumerable<KeyValuePair<string, string>> values) =>
        HtmlTable.Of(
        caption, ["Name", "Value"], values.Select(pair => (Html[])[Html.Of($"{pair.Key}"), Html.Name(pair.Value)]), textColumns: 2);

    /// <summary>Versions and processor; nothing that tells whose machine it is.</summary>
    public static Html Environment()
    {
        // libtorch tells its version only where it is loaded already; scoring does not need it.
        nint library = TorchLibraryLoader.IsLoaded ? TorchLibraryLoader.LoadOnce() : 0;
        MachineVersions versions = MachineVersions.Collect(library == 0 ? null : TorchConfiguration.Read(library));
        MachineProcessor processor = MachineProcessor.Collect();
        (string Name, string? Value)[] values =
        [
            ("ResNeXt.MLNet", versions.ResNeXt), (".NET", versions.DotNet), ("ONNX Runtime", versions.OnnxRuntime),
            ("TorchSharp", versions.TorchSharp),
            ("libtorch", versions.LibTorch), ("oneDNN", versions.OneDnn), ("Operating system", versions.OperatingSystem), ("glibc", versions.Glibc),
            ("Processor", processor.Name ?? processor.Architecture), ("Logical processors", $"{processor.LogicalProcessors}"),
            ("Instruction sets", string.Join(", ", processor.Features)),
        ];
        return Values("Environment", values.Where(item => item.Value is not null).Select(item => KeyValuePair.Create(item.Name, item.Value!)));
    }

    /// <summary>A command.</summary>
    public static Html Command(string command) => Html.Of($"<p>Makes this report again:</p>\n<pre><code>{command}</code></pre>\n");

    private static Html[] Row(LayerSummary layer) =>
    [
        Html.Of($"{layer.Name}"), Html.Of($"{layer.Kind}"), Html.Of($"{string.Join(" x ", layer.OutputShape)}"),
        Html.Of($"{layer.Parameters:N0}"), Html.Of($"{layer.MultiplyAdds:N0}"), Html.Of($"{layer.ActivationBytes / 1024.0:N1}"),
    ];
}
