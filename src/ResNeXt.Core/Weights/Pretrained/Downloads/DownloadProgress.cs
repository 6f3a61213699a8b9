namespace ResNeXt.Core.Weights.Pretrained.Downloads;

/// <summary>How far a download is.</summary>
/// <param name="FileName">The name of the file.</param>
/// <param name="BytesReceived">The bytes received so far, those of an earlier, interrupted download included.</param>
/// <param name="TotalBytes">The size of the file in bytes; null if the server does not say it.</param>
public readonly record struct DownloadProgress(string FileName, long BytesReceived, long? TotalBytes);
