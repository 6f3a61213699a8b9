using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.ML;
using ResNeXt.MLNet;
using SkiaSharp;

namespace ResNeXt.AspNetCore.Tests;

/// <summary><c>POST /predict</c> as clients see it.</summary>
public sealed class PredictEndpointTests
{
    private static readonly byte[] Red = SmallModel.Image(SKColors.Red), Blue = SmallModel.Image(SKColors.Blue), NoImage = "no image"u8.ToArray();

    [Fact]
    public async Task Predict_OfARawImage_AnswersWhatThePredictorSays()
    {
        await using TestServer server = await TestServer.StartAsync();
        using ResNeXtPredictor predictor = ResNeXtPredictor.Load(new MLContext(), SmallModel.Path32);
        ImagePrediction expected = predictor.Predict(Red);

        JsonElement answer = await server.Client.PredictAsync(Red);
        JsonElement best = await server.Client.PredictAsync(Red, "?top=1");

        Assert.Equal(expected.Label, answer.GetProperty("label").GetString());
        Assert.Equal(expected.Score, answer.GetProperty("score").GetSingle());
        Assert.Equal(expected.GetTopK(3).Select(item => item.Label), answer.GetProperty("top").EnumerateArray().Select(item => item.GetProperty("label").GetString()));
        Assert.Equal(1, best.GetProperty("top").GetArrayLength());
        Assert.False(answer.TryGetProperty("error", out _) || answer.TryGetProperty("name", out _));
    }

    [Fact]
    public async Task Predict_OfAForm_AnswersEveryFileInOrder()
    {
        await using TestServer server = await TestServer.StartAsync();
        using MultipartFormDataContent form = Answers.Form(("red ü.png", Red), ("text.png", NoImage), ("blue.png", Blue));

        using HttpResponseMessage response = await server.Client.PostAsync("/predict", form);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        JsonElement[] predictions = [.. (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("predictions").EnumerateArray()];
        Assert.Equal(["red ü.png", "text.png", "blue.png"], predictions.Select(item => item.GetProperty("name").GetString()));
        Assert.Equal((await server.Client.PredictAsync(Blue)).GetProperty("score").GetSingle(), predictions[2].GetProperty("score").GetSingle());
        Assert.Contains("text.png", predictions[1].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.False(predictions[1].TryGetProperty("label", out _));
    }

    [Fact]
    public async Task Predict_WithAnExplanation_AnswersTheMapOfTheBestClassAndAPictureOfIt()
    {
        await using TestServer server = await TestServer.StartAsync();
        using ResNeXtPredictor predictor = ResNeXtPredictor.Load(new MLContext(), SmallModel.Path32);
        ImageExplanation expected = predictor.Explain(Red);

        JsonElement answer = await server.Client.PredictAsync(Red, "?explain=true");
        JsonElement without = await server.Client.PredictAsync(Red, "?explain=false");

        JsonElement explanation = answer.GetProperty("explanation"), region = explanation.GetProperty("region");
        Assert.Equal(expected.Prediction.Label, answer.GetProperty("label").GetString());
        Assert.Equal(expected.ClassName, explanation.GetProperty("label").GetString());
        Assert.Equal((expected.Heat.Width, expected.Heat.Height),
            (explanation.GetProperty("width").GetInt32(), explanation.GetProperty("height").GetInt32()));
        Assert.Equal(expected.Heat.Values, explanation.GetProperty("values").EnumerateArray().Select(value => value.GetSingle()));
        Assert.Equal((5, 0, 30, 30), (region.GetProperty("x").GetSingle(), region.GetProperty("y").GetSingle(),
            region.GetProperty("width").GetSingle(), region.GetProperty("height").GetSingle()));
        string overlay = explanation.GetProperty("overlay").GetString()!, head = "data:image/jpeg;base64,";
        Assert.StartsWith(head, overlay, StringComparison.Ordinal);
        using SKBitmap picture = SKBitmap.Decode(Convert.FromBase64String(overlay[head.Length..]));
        Assert.Equal((448, 336), (picture.Width, picture.Height));
        Assert.False(without.TryGetProperty("explanation", out _));
    }

    [Fact]
    public async Task Predict_BelowTheMinimumScore_HasNoLabel()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.MinimumScore = 1);

        JsonElement answer = await server.Client.PredictAsync(Red);

        Assert.False(answer.TryGetProperty("label", out _));
        Assert.InRange(answer.GetProperty("score").GetSingle(), 0.3f, 0.9999f);
    }

    [Fact]
    public async Task Predict_OfWhatIsNotAnImage_IsRefusedWithAReason()
    {
        await using TestServer server = await TestServer.StartAsync(options => (options.MaximumLength, options.MaximumRequestLength, options.MaximumImages) = (5000, 12_000, 2));
        HttpClient client = server.Client;
        foreach ((HttpContent content, HttpStatusCode status, string mention) in new (HttpContent, HttpStatusCode, string)[]
        {
            (new ByteArrayContent(NoImage), HttpStatusCode.BadRequest, "another format"),
            (new ByteArrayContent(Red[..60]), HttpStatusCode.BadRequest, "cannot be read"),
            (new ByteArrayContent([]), HttpStatusCode.BadRequest, "no body"),
            (new ByteArrayContent(new byte[5001]), HttpStatusCode.RequestEntityTooLarge, "5,000 bytes"),
            (new StreamContent(new UnseekableStream(5001)), HttpStatusCode.RequestEntityTooLarge, "5,000 bytes"),
            (new ByteArrayContent(new byte[12_001]), HttpStatusCode.RequestEntityTooLarge, "12,000 bytes"),
            (Answers.Form(), HttpStatusCode.BadRequest, "no file"),
            (Answers.Form(("a.png", NoImage), ("b.png", [])), HttpStatusCode.BadRequest, "b.png"),
            (Answers.Form(("a.png", Red), ("b.png", Red), ("c.png", Red)), HttpStatusCode.RequestEntityTooLarge, "more than 2 images"),
            (Answers.Form(("a.png", new byte[5001])), HttpStatusCode.RequestEntityTooLarge, "5,000 bytes"),
            (new StreamContent(new UnseekableStream(14_000)), HttpStatusCode.RequestEntityTooLarge, "bytes"),
            (Typed("--x\r\nContent-Disposition: form-data; name=\"i\"; filename=\"a.png\"\r\n\r\ncut off", "multipart/form-data; boundary=x"), HttpStatusCode.BadRequest, "cut off"),
            (Typed("", "multipart/form-data"), HttpStatusCode.BadRequest, "boundary"),
            (Typed(new string('-', 99), "multipart/form-data; boundary=" + new string('y', 500)), HttpStatusCode.BadRequest, "boundary"),
            (Typed("{}", "application/json"), HttpStatusCode.BadRequest, "another format"),
        })
        {
            using (content)
            {
                using HttpResponseMessage response = await client.PostAsync("/predict", content);
                Assert.Contains(mention, await response.ProblemAsync(status), StringComparison.Ordinal);
            }
        }
        foreach (string[] encodings in new string[][] { ["gzip"], ["identity", "gzip"] })
        {
            using var compressed = new ByteArrayContent(Red);
            compressed.Headers.Add("Content-Encoding", encodings);
            using HttpResponseMessage unsupported = await client.PostAsync("/predict", compressed);
            Assert.Contains("compressed", await unsupported.ProblemAsync(HttpStatusCode.UnsupportedMediaType), StringComparison.Ordinal);
        }
        foreach (string query in new[] { "top=-1", "top=1&top=2", "explain=1", "explain=true&explain=true" })
        {
            using HttpResponseMessage wrong = await client.PostAsync($"/predict?{query}", new ByteArrayContent(Red));
            Assert.Contains(query.Split('=')[0], await wrong.ProblemAsync(HttpStatusCode.BadRequest), StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.GetAsync("/predict")).StatusCode);
        await client.PredictAsync(Red);
    }

    [Fact]
    public async Task Predict_OfMoreRequestsThanAllowed_AnswersTooManyUntilOneEnds()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.MaxRequests = 1);
        using var slow = new HeldContent(Red);
        Task<HttpResponseMessage> first = server.Client.PostAsync("/predict", slow);
        while (!(await server.Client.GetStringAsync("/metrics")).Contains("active_requests 1", StringComparison.Ordinal))
            await Task.Delay(5);

        using HttpResponseMessage refused = await server.Client.PostAsync("/predict", new ByteArrayContent(Red));

        Assert.Contains("1 requests at a time", await refused.ProblemAsync(HttpStatusCode.TooManyRequests), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        slow.Release();
        using HttpResponseMessage answered = await first;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        await server.Client.PredictAsync(Red);
        Assert.Contains("rejected_requests_total 1", await server.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_OfARequestThatDoesNotArrive_EndsAfterTheTimeout()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.Timeout = TimeSpan.FromMilliseconds(100));
        // HttpClient reads an answer only when it has sent everything.
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port);
        await using NetworkStream stream = connection.GetStream();

        await stream.WriteAsync("POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx"u8.ToArray());
        var answer = new byte[4096];
        int length = await stream.ReadAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.StartsWith("HTTP/1.1 408 ", Encoding.ASCII.GetString(answer, 0, length), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenApi_OfTheServer_DescribesWhatPredictTakesAndAnswers()
    {
        await using TestServer server = await TestServer.StartAsync(options => options.Top = 3);

        JsonElement document = await server.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");

        JsonElement paths = document.GetProperty("paths"), predict = paths.GetProperty("/predict").GetProperty("post");
        Assert.Equal(["/healthz", "/metrics", "/predict", "/readyz"], paths.EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal));
        Assert.Superset(new HashSet<string> { "image/jpeg", "multipart/form-data" },
            predict.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(type => type.Name).ToHashSet());
        Assert.Superset(new HashSet<string> { "200", "400", "413", "429" }, predict.GetProperty("responses").EnumerateObject().Select(item => item.Name).ToHashSet());
        JsonElement top = predict.GetProperty("parameters")[0].GetProperty("schema");
        Assert.Equal((3, 10_000), (top.GetProperty("default").GetInt32(), top.GetProperty("maximum").GetInt32()));
        string answer = predict.GetProperty("responses").GetProperty("200").GetRawText();
        Assert.All(["oneOf", "\"label\"", "\"score\"", "\"predictions\""], word => Assert.Contains(word, answer, StringComparison.Ordinal));
    }

    private static StringContent Typed(string text, string type)
    {
        var content = new StringContent(text);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }
}
