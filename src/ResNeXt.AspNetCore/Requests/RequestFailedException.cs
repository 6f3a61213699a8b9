namespace ResNeXt.AspNetCore.Requests;

/// <summary>Thrown while the body of a request is read, if it cannot be used.</summary>
internal sealed class RequestFailedException(RequestFailure failure) : Exception(failure.Detail)
{
    /// <summary>What to answer.</summary>
    public RequestFailure Failure => failure;
}
