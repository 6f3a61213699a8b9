using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using ScoringApp;

// A program as a user deploys it: it only scores. Arguments: a saved model, a file with the BGRA pixels of a square image, its side.
if (args is not [var modelZip, var pixelFile, var side])
{
    Console.Error.WriteLine("Usage: ScoringApp MODEL.zip PIXELS.bgra SIDE");
    return 1;
}
var mlContext = new MLContext();
ITransformer model = mlContext.Model.Load(modelZip, out _);
int pixels = int.Parse(side, CultureInfo.InvariantCulture);
using MLImage image = MLImage.CreateFromPixels(pixels, pixels, MLPixelFormat.Bgra32, File.ReadAllBytes(pixelFile));
using var engine = mlContext.Model.CreatePredictionEngine<ImageRow, Prediction>(model);
Prediction prediction = engine.Predict(new ImageRow { Image = image });
Console.WriteLine(prediction.PredictedLabel);
foreach (float score in prediction.Score)
    Console.WriteLine(score.ToString("R", CultureInfo.InvariantCulture));
return 0;
