using System.Reflection;
using ResNeXt.Core.NativeLoading;
using Xunit.Sdk;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.TorchRuntime;

/// <summary>Computes on two threads during a test: all others have one, for the sake of time (<c>tests.runsettings</c>).</summary>
/// <remarks>Belongs in <see cref="AloneCollection"/>: libtorch gives new threads the number that was set last.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class TwoThreadsAttribute : BeforeAfterTestAttribute
{
    public override void Before(MethodInfo methodUnderTest)
    {
        TorchLibrary.EnsureLoaded();
        set_num_threads(2);
    }

    public override void After(MethodInfo methodUnderTest) => set_num_threads(1);
}
