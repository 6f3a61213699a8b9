using static TorchSharp.torch;

namespace ResNeXt.Core.Training.Loop;

/// <summary>
/// A copy of a network's weights and batch-norm statistics, which are restored when the snapshot is disposed of. Gradients are dropped at both times.
/// </summary>
internal sealed class NetworkSnapshot : IDisposable
{
    private readonly ResidualNetwork _network;
    private readonly bool _isTraining;
    private readonly Dictionary<string, Tensor> _tensors;

    public NetworkSnapshot(ResidualNetwork network)
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
