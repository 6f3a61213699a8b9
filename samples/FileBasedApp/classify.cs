#!/usr/bin/env dotnet
#:package ResNeXt.MLNet@0.1.0
#:property PublishAot=false
// ML.NET generates code at run time, which native AOT, the default of file-based apps, does not allow: hence the property.
//
// dotnet run classify.cs -- model.zip holiday.jpg more.png

using Microsoft.ML;
using ResNeXt.MLNet;

if (args.Length < 2)
{
    Console.Error.WriteLine("Name a model and the images to classify: dotnet run classify.cs -- model.zip holiday.jpg");
    return 1;
}

using ResNeXtPredictor predictor = ResNeXtPredictor.Load(new MLContext(), args[0]);
foreach (string image in args.Skip(1))
    Console.WriteLine($"{image}: {predictor.Predict(image)}");
return 0;
