using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Loop;

/// <summary>Remembers all that a network holds, batch-norm statistics too, and puts it back when it is disposed of. Gradients are dropped before and after.</summary>
internal sealed class NetworkState : IDisposable
{
    private readonly ResidualNetwork _network;
    private readonly bool _isTraining;
    private readonly Dictionary<string, Tensor> _tensors;

    public NetworkState(ResidualNetwork network)
    {
        _network = network;
        _isTraining = network.training;
        using (no_grad())
            _tensors = network.state_dict().ToDictionary(item => item.Key, item => item.Value.clone());
        network.zero_grad();
    }

    public void Dispose()
    {
        Dictionary<string, Tensor> current = _network.state_dict();
        using (no_grad())
        {
            foreach ((string name, Tensor tensor) in _tensors)
            {
                current[name].copy_(tensor);
                tensor.Dispose();
            }
        }
        _network.zero_grad();
        _network.train(_isTraining);
    }
}
