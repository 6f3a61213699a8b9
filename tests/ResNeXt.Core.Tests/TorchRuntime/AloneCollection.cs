namespace ResNeXt.Core.Tests.TorchRuntime;

/// <summary>Tests that nothing may run beside, because they change what libtorch keeps for the whole process.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
