using System.Collections.Immutable;
using static TorchSharp.torch.nn;
using static TorchSharp.torch;

namespace ResNeXt.Core.Networks;

/// <summary>A layer with parameters, and the TorchSharp module that owns and applies them.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Module">The module.</param>
internal sealed record LayerModule(LayerSpec Layer, Module<Tensor, Tensor> Module)
{
    /// <summary>Creates the modules of a network's layers and registers them under the layers' names, which become those of the state_dict.</summary>
    /// <param name="network">The network, which will own the modules.</param>
    /// <param name="layers">Its layers, in order.</param>
    public static ImmutableArray<LayerModule> Register(Module network, IEnumerable<LayerSpec> layers)
    {
        var owners = new Dictionary<string, Module>(StringComparer.Ordinal) { [""] = network };
        var modules = ImmutableArray.CreateBuilder<LayerModule>();
        foreach (LayerSpec layer in layers)
        {
            if (Create(layer) is not { } module)
                continue;
            Register(owners, layer.Name, module);
            modules.Add(new(layer, module));
        }
        return modules.ToImmutable();
    }

    private static Module<Tensor, Tensor>? Create(LayerSpec layer) => layer.Kind switch
    {
        LayerKind.Convolution => new Convolution(layer),
        LayerKind.BatchNormalization => BatchNorm2d(layer.OutputChannels),
        LayerKind.Linear => Linear(layer.InputChannels, layer.OutputChannels),
        _ => null,
    };

    // "layer1.0.conv1" belongs to a module "0", which belongs to a module "layer1".
    private static void Register(Dictionary<string, Module> owners, string path, Module module)
    {
        int dot = path.LastIndexOf('.');
        string owner = dot < 0 ? "" : path[..dot];
        if (!owners.TryGetValue(owner, out Module? group))
        {
            owners[owner] = group = new ModuleGroup(owner);
            Register(owners, owner, group);
        }
        group.register_module(path[(dot + 1)..], module);
    }

    private sealed class ModuleGroup(string name) : Module(name);
}
