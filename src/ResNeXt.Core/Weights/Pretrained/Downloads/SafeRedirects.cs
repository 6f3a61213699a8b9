using System.Net;

namespace ResNeXt.Core.Weights.Pretrained.Downloads;

/// <summary>
/// Sends requests and follows redirects, but only to addresses with https, or on this machine: on the way, nobody can replace a file or see the
/// request.
/// </summary>
internal static class SafeRedirects
{
    private const int Most = 5;

    /// <summary>Gets whether files are accepted from an address.</summary>
    public static bool IsAllowed(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    /// <summary>Sends a request to an address and to those that it redirects to. The headers of the response are read, its content is not.</summary>
    /// <param name="client">The client, which must not follow redirects itself.</param>
    /// <param name="address">The address.</param>
    /// <param name="prepare">The action that adds headers to each request.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="InvalidDataException">A redirect leads to an address that is not allowed, or there are too many.</exception>
    public static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, Uri address, Action<HttpRequestMessage> prepare, CancellationToken cancellationToken)
    {
        Uri current = address;
        for (int redirects = 0; redirects <= Most; redirects++)
        {
            if (!IsAllowed(current))
            {
                throw new InvalidDataException(current == address
                    ? $"The address '{current}' is neither https nor on this machine; name one with https."
                    : $"The address '{address}' redirects to '{current}', which is neither https nor on this machine.");
            }
            using var request = new HttpRequestMessage(HttpMethod.Get, current);
            prepare(request);
            HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            if (!IsRedirect(response.StatusCode) || response.Headers.Location is not { } location)
                return response;
            response.Dispose();
            current = new Uri(current, location);
        }
        throw new InvalidDataException($"The address '{address}' redirects more than {Most} times.");
    }

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
}
