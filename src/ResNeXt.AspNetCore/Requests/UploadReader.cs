using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace ResNeXt.AspNetCore.Requests;

/// <summary>Reads the images of a request one after the other: the body itself, or the files of a form. One of them is in memory at a time.</summary>
internal sealed class UploadReader
{
    private const int BufferLength = 81920;
    private const int MaximumBoundaryLength = 128;

    private readonly HttpRequest _request;
    private readonly ResNeXtPredictorOptions _options;
    private readonly MediaTypeHeaderValue? _form;

    public UploadReader(HttpRequest request, ResNeXtPredictorOptions options)
    {
        (_request, _options) = (request, options);
        // Of other types only the content counts: clients often send a wrong one, or none.
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            _form = type;
    }

    /// <summary>Whether the request is a form.</summary>
    public bool IsForm => _form is not null;

    /// <summary>Why the request cannot be used, as far as its headers tell; else null.</summary>
    public RequestFailure? FindFailure()
    {
        if (_request.ContentLength > _options.MaximumRequestLength)
            return TooLong("The request", _options.MaximumRequestLength);
        if (!IsForm && _request.ContentLength > _options.MaximumLength)
            return TooLong("The image", _options.MaximumLength);
        if (_request.Headers.ContentEncoding.Any(encoding => encoding is { Length: > 0 } and not "identity"))
        {
            return new RequestFailure(StatusCodes.Status415UnsupportedMediaType,
                "The body is compressed; send the image as it is: image formats are compressed already.");
        }
        return null;
    }

    /// <summary>Reads the images.</summary>
    /// <exception cref="RequestFailedException">The body cannot be used.</exception>
    public IAsyncEnumerable<UploadedImage> ReadAsync(CancellationToken cancellation) => IsForm ? ReadForm(cancellation) : ReadBody(cancellation);

    private async IAsyncEnumerable<UploadedImage> ReadBody([EnumeratorCancellation] CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> content = await ReadAll(_request.Body, _request.ContentLength, cancellation).ConfigureAwait(false);
        if (content.IsEmpty)
            throw Bad("The request has no body; send an image file, or a form (multipart/form-data) with one or more.");
        yield return new UploadedImage(null, content);
    }

    private async IAsyncEnumerable<UploadedImage> ReadForm([EnumeratorCancellation] CancellationToken cancellation)
    {
        string boundary = HeaderUtilities.RemoveQuotes(_form!.Boundary).ToString();
        if (boundary.Length is 0 or > MaximumBoundaryLength)
            throw Bad("The header Content-Type has no usable boundary; let your HTTP client write it.");
        var reader = new MultipartReader(boundary, _request.Body);
        int images = 0;
        while (await reader.ReadNextSectionAsync(cancellation).ConfigureAwait(false) is { } section)
        {
            // Fields without a file belong to the form of the sender. A file field that was left empty has no name.
            if (section.GetContentDispositionHeader() is not { } disposition || !disposition.IsFileDisposition() || NameOf(disposition) is not { Length: > 0 } name)
                continue;
            if (++images > _options.MaximumImages)
            {
                throw new RequestFailedException(new(StatusCodes.Status413PayloadTooLarge,
                    string.Create(CultureInfo.InvariantCulture, $"The form has more than {_options.MaximumImages} images; send the others in another request.")));
            }
            yield return new UploadedImage(name, await ReadAll(section.Body, null, cancellation).ConfigureAwait(false));
        }
        if (images == 0)
            throw Bad("The form has no file; add an image file to it.");
    }

    private static string NameOf(ContentDispositionHeaderValue disposition) => HeaderUtilities.RemoveQuotes(
        disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString();

    private async Task<ReadOnlyMemory<byte>> ReadAll(Stream stream, long? length, CancellationToken cancellation)
    {
        var content = new MemoryStream((int)Math.Min(length ?? 0, _options.MaximumLength));
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0; content.Write(buffer, 0, read))
            {
                if (content.Length + read > _options.MaximumLength)
                    throw new RequestFailedException(TooLong("The image", _options.MaximumLength));
            }
            return content.GetBuffer().AsMemory(0, (int)content.Length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static RequestFailure TooLong(string what, long limit) => new(StatusCodes.Status413PayloadTooLarge,
        string.Create(CultureInfo.InvariantCulture, $"{what} is longer than the {limit:N0} bytes that are allowed; send smaller images, or fewer at a time."));

    private static RequestFailedException Bad(string detail) => new(new(StatusCodes.Status400BadRequest, detail));
}
