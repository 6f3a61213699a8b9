using System.Reflection;
using ResNeXt.Core.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace ResNeXt.Core.Tests.Kernels;

public sealed class TensorArithmeticTests
{
    private const BindingFlags All = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    // call, callvirt, newobj: each is followed by the token of the method.
    private static readonly byte[] Calls = [0x28, 0x6F, 0x73];

    [Fact]
    public void Methods_OfTensorsAndNumbers_ComputeWhatTheirNamesSay()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor a = tensor(new[] { 1f, 2f }), b = tensor(new[] { 4f, 8f });

        Assert.Equal([5f, 10f], Values(a.Plus(b)));
        Assert.Equal([3f, 6f], Values(a.Plus(b, 0.5)));
        Assert.Equal([3f, 4f], Values(a.Plus(2)));
        Assert.Equal([3f, 6f], Values(a.Times(3)));
        Assert.Equal([0.25f, 0.5f], Values(a.DividedBy(4)));
        Assert.Equal([1.5f, 2f], Values(a.AtLeast(1.5)));
        Assert.Equal([1f, 2f], Values(a));
        Assert.Equal([5f, 10f], Values(a.clone().Increase(b)));
        Assert.Equal([3f, 6f], Values(a.clone().Increase(b, 0.5)));
        Assert.Equal([2f, 3f], Values(a.clone().Increase(1)));
        Assert.Equal([17f, 66f], Values(a.clone().IncreaseByProduct(b, b, 1)));
        Assert.Equal([1.125f, 2.125f], Values(a.clone().IncreaseByQuotient(a, b, 0.5)));
        Tensor changed = a.Scale(2);
        Assert.Equal([2f, 4f], Values(a));
        Assert.Equal(a.Handle, changed.Handle);
    }

    // With TorchSharp's own operators, about one of a thousand calls fails here.
    [Fact]
    public async Task Plus_WhileGarbageIsCollected_NeverLosesItsNumber()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        Task collecting = Task.Run(() =>
        {
            while (!cancellation.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        using Tensor a = ones(20_000), b = ones(20_000);

        while (!cancellation.IsCancellationRequested)
        {
            using Tensor sum = a.Plus(b, 0.5);
            Assert.Equal(1.5f, sum[0].item<float>());
        }

        await collecting;
    }

    [Fact]
    public void Library_Outside_PassesNoNumbersToOperationsThatMakeObjectsOfThem()
    {
        (MethodBase Caller, MethodBase Called)[] ofTorchSharp = [.. CallsIn(typeof(torch).Assembly)];
        HashSet<MethodBase> making = [.. ofTorchSharp.Where(call => MakesNumber(call.Called)).Select(call => call.Caller).Where(caller => caller.DeclaringType != typeof(Scalar))];
        for (int count = -1; count != making.Count;)
        {
            count = making.Count;
            making.UnionWith(ofTorchSharp.Where(call => making.Contains(call.Called)).Select(call => call.Caller).ToList());
        }
        HashSet<string> names = [.. making.Select(Signature)];

        string[] found = [.. CallsIn(typeof(ResidualNetwork).Assembly)
            .Where(call => call.Caller.DeclaringType != typeof(TensorArithmetic) && call.Called.DeclaringType?.Assembly == typeof(torch).Assembly)
            .Where(call => MakesNumber(call.Called) || names.Contains(Signature(call.Called)))
            .Select(call => $"{Signature(call.Caller)} calls {Signature(call.Called)}")];

        Assert.Contains(names, name => name.Contains("Tensor.add_(", StringComparison.Ordinal));
        Assert.Empty(found);
    }

    private static float[] Values(Tensor tensor) => tensor.data<float>().ToArray();

    private static bool MakesNumber(MethodBase method) => method.Name is "op_Implicit" or ".ctor" && method.DeclaringType == typeof(Scalar)
        || method.DeclaringType?.Name == "ScalarExtensionMethods";

    private static string Signature(MethodBase method) =>
        $"{method.DeclaringType}.{method.Name}({string.Join(", ", method.GetParameters().Select(parameter => parameter.ParameterType.Name))})";

    private static IEnumerable<(MethodBase Caller, MethodBase Called)> CallsIn(Assembly assembly) =>
        from type in assembly.GetTypes()
        from method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All))
        from called in Called(method)
        select (method, called);

    private static IEnumerable<MethodBase> Called(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int at = 0; at + sizeof(int) < code.Length; at++)
        {
            if (Calls.Contains(code[at]) && Resolve(method, BitConverter.ToInt32(code, at + 1)) is { } called)
                yield return called;
        }
    }

    // Bytes that only look like a call have a token of something else, or of nothing.
    private static MethodBase? Resolve(MethodBase method, int token)
    {
        const int Definition = 0x06, Reference = 0x0A, Generic = 0x2B;
        if ((token >> 24) is not (Definition or Reference or Generic))
            return null;
        try
        {
            return method.Module.ResolveMethod(
                token, method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null, method.IsGenericMethod ? method.GetGenericArguments() : null);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
