using ResNeXt.Core;
using ResNeXt.Core.Images;
using ResNeXt.Core.Onnx.Models;
using ResNeXt.Core.Tensors;
using ResNeXt.MLNet.OutOfDistribution;

namespace ResNeXt.MLNet.Tests.OutOfDistribution;

public sealed class FeatureDistanceTests
{
    private const int Classes = 2;

    private static readonly float[] First = [1, 0, 0], Second = [0, 1, 0], Neither = [0, 0, 1];

    [Fact]
    public void Of_Features_IsTheAngleToTheNearestClassAsAMultipleOfTheLimit()
    {
        // The cosine of the farthest held-out image is 0.8, so the limit is 0.2.
        FeatureDistance distance = Fit([[0.8f, 0, 0.6f], [3, 0, 0]], widening: 1);

        Assert.Equal(0, distance.Of(First), 1e-3f);
        Assert.Equal(0, distance.Of(Second), 1e-3f);
        Assert.Equal(5, distance.Of(Neither), 1e-3f);
        Assert.Equal(1, distance.Of([0, 8, 6]), 1e-3f);
        Assert.Equal(5, distance.Of([0, 0, 0]), 1e-3f);
        Assert.Equal(0.5f, Fit([[0.8f, 0, 0.6f]], widening: 2).Of([0, 8, 6]), 1e-3f);
    }

    [Fact]
    public void Fit_WithAnOutlierAmongThousands_DoesNotWidenTheLimitToIt()
    {
        float[][] heldOut = [Neither, .. Enumerable.Repeat<float[]>([0.8f, 0, 0.6f], 1999)];

        Assert.Equal(1, Fit(heldOut, widening: 1).Of([0.8f, 0, 0.6f]), 1e-3f);
    }

    [Fact]
    public void Of_SavedNotes_GivesTheSameDistances()
    {
        FeatureDistance distance = Fit([[0.8f, 0, 0.6f]], widening: 1);
        ClassifierModel model = distance.AddTo(Model());

        FeatureDistance saved = FeatureDistance.Of(model.Notes, Classes)!;

        float[] features = [0.3f, 0.4f, 0.5f];
        Assert.Equal(distance.Of(features), saved.Of(features));
        Assert.Null(FeatureDistance.Of(Model().Notes, Classes));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("""{"Limit":0.2,"Channels":3}""")]
    [InlineData("""{"Limit":0,"Channels":1,"Directions":"AAAAAA=="}""")]
    [InlineData("""{"Limit":0.2,"Channels":3,"Directions":"AAAAAA=="}""")]
    [InlineData("""{"Limit":0.2,"Channels":-1,"Directions":""}""")]
    [InlineData("""{"Limit":0.2,"Channels":1,"Directions":"AHwAfA=="}""")]
    [InlineData("""{"Limit":0.2,"Channels":1,"Directions":"?"}""")]
    public void Of_MalformedNotes_BlamesTheModel(string note) => Assert.Throws<InvalidDataException>(
        () => FeatureDistance.Of(new Dictionary<string, string> { ["feature_distance"] = note }, Classes));

    [Fact]
    public void Of_AnotherNumberOfFeatures_BlamesTheModel() =>
        Assert.Throws<InvalidDataException>(() => Fit([[0.8f, 0, 0.6f]], widening: 1).Of([1, 0]));

    private static FeatureDistance Fit(float[][] heldOut, float widening) =>
        FeatureDistance.Fit(Classes, [(First, 0), ([2, 0, 0], 0), (Second, 1)], heldOut, widening);

    private static ClassifierModel Model() => new()
    {
        Architecture = Architectures.Get("resnet20_cifar"), Weights = new StateDict([]), ClassNames = ["one", "two"], Shape = new ImageShape(3, 32, 32),
    };
}
