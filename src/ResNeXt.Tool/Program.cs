using ResNeXt.Core.NativeLoading;
using ResNeXt.Tool;
using ResNeXt.Tool.LibTorch;

TorchLibrary.FindLibTorch = system => new LibTorchPackage(system).FindOrFetch();
return CommandLine.Invoke(args);
