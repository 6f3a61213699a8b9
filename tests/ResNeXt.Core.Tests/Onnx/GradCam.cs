using ResNeXt.Core.Images;
using ResNeXt.Core.Networks;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Onnx;

/// <summary>Grad-CAM as it was published (Selvaraju et al., 2017), with the gradients of libtorch.</summary>
internal static class GradCam
{
    public static float[] Compute(ClassifierModel model, float[] pixels, int classIndex)
    {
        using DisposeScope scope = NewDisposeScope();
        float[] normalized = [.. pixels];
        model.Normalization?.Apply(normalized, model.Shape.PlaneLength);
        NetworkSpec spec = model.Architecture.Spec();
        var owner = new Owner();
        var modules = LayerModule.Register(owner, LayerRecorder.Classifier(spec, model.ClassNames.Count));
        using (no_grad())
        {
            Dictionary<string, Tensor> state = owner.state_dict();
            foreach ((string name, WeightTensor tensor) in model.Weights.Tensors)
                state[name].copy_(torch.tensor(tensor.Values.ToArray(), [.. tensor.Shape.Select(size => (long)size)]));
        }
        owner.eval();
        var layers = new Recorder(new TorchLayers(modules, model.Architecture.Normalization, ScalarType.Float32));
        Tensor images = torch.tensor(normalized, [1, model.Shape.Channels, model.Shape.Height, model.Shape.Width]);
        Tensor logits = NetworkDefinition.Classifier(layers, spec, new PendingTensor(images), model.ClassNames.Count).Compute();
        Tensor gradient = autograd.grad([logits[0, classIndex]], [layers.Maps!])[0];
        Tensor weights = gradient.mean([2, 3], keepdim: true);
        return (weights * layers.Maps!).sum(1).relu().data<float>().ToArray();
    }

    private sealed class Owner() : nn.Module(nameof(Owner));

    /// <summary>Remembers the maps before the pooling.</summary>
    private sealed class Recorder(TorchLayers layers) : ILayers<PendingTensor>
    {
        public Tensor? Maps { get; private set; }

        public PendingTensor GlobalAveragePooling(string name, PendingTensor x) =>
            layers.GlobalAveragePooling(name, new(Maps = x.Compute()));

        public PendingTensor Convolution(
            string name, PendingTensor x, int channels, int kernel, int stride, int groups, int copies, bool sharesBias) =>
            layers.Convolution(name, x, channels, kernel, stride, groups, copies, sharesBias);

        public PendingTensor Normalization(string name, PendingTensor x) => layers.Normalization(name, x);

        public PendingTensor Relu(string name, PendingTensor x) => layers.Relu(name, x);

        public PendingTensor MaxPooling(string name, PendingTensor x) => layers.MaxPooling(name, x);

        public PendingTensor Add(string name, PendingTensor x, PendingTensor shortcut) => layers.Add(name, x, shortcut);

        public PendingTensor Sum(string name, IEnumerable<PendingTensor> terms) => layers.Sum(name, terms);

        public PendingTensor Concatenate(string name, IEnumerable<PendingTensor> parts) => layers.Concatenate(name, parts);

        public IEnumerable<PendingTensor> Split(PendingTensor x, int paths) => layers.Split(x, paths);

        public PendingTensor ZeroPadding(string name, PendingTensor x, int channels, int stride) => layers.ZeroPadding(name, x, channels, stride);

        public PendingTensor Linear(string name, PendingTensor x, int features) => layers.Linear(name, x, features);

        public PendingTensor Block(BlockSpec block, PendingTensor x, Func<ILayers<PendingTensor>, BlockSpec, PendingTensor, PendingTensor> forward) =>
            layers.Block(block, x, forward);

        public PendingTensor Path(
            BlockSpec block, int index, PendingTensor x, Func<ILayers<PendingTensor>, BlockSpec, int, PendingTensor, PendingTensor> forward) =>
            layers.Path(block, index, x, forward);
    }
}
