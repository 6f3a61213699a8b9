using System.Net;
using System.Net.Http.Headers;

namespace ResNeXt.Benchmarks.Serving;

/// <summary>Requests that are not to be answered with a prediction.</summary>
/// <param name="address">The address of the server.</param>
/// <param name="image">An image file, of which parts are sent.</param>
internal sealed class MalformedRequests(Uri address, byte[] image) : IDisposable
{
    // 65,535 x 65,535 pixels in 23 bytes.
    private static readonly byte[] Bomb = [.. "GIF89a"u8, 255, 255, 255, 255, 0, 0, 0, 0x2C, 0, 0, 0, 0, 255, 255, 255, 255, 0];

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };

    /// <summary>Sends some of each kind.</summary>
    /// <returns>The number of those that were not answered with a status from 400 to 499.</returns>
    public async Task<int> SendAsync(int count)
    {
        int wrong = 0;
        for (int index = 0; index < count; index++)
        {
            using HttpRequestMessage request = Make(index);
            using HttpResponseMessage response = await _client.SendAsync(request).ConfigureAwait(false);
            if (response.StatusCode is < HttpStatusCode.BadRequest or >= HttpStatusCode.InternalServerError)
                wrong++;
        }
        return wrong;
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Make(int index) => (index % 8) switch
    {
        0 => Post(new ByteArrayContent(image[..(image.Length / 2)])),
        1 => Post(new ByteArrayContent("no image"u8.ToArray())),
        2 => Post(new ByteArrayContent([])),
        3 => Post(new ByteArrayContent(Bomb)),
        4 => Post(new ByteArrayContent(new byte[21 << 20])),
        5 => Post(new ByteArrayContent(image) { Headers = { ContentEncoding = { "gzip" } } }),
        6 => Post(new ByteArrayContent(image) { Headers = { ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x") } }),
        _ => Post(new ByteArrayContent(image), "?top=none"),
    };

    private static HttpRequestMessage Post(HttpContent content, string query = "") =>
        new(HttpMethod.Post, new Uri($"/predict{query}", UriKind.Relative)) { Content = content };
}
