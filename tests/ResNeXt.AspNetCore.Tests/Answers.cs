using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ResNeXt.AspNetCore.Tests;

/// <summary>Sends images and reads answers.</summary>
internal static class Answers
{
    public static async Task<JsonElement> PredictAsync(this HttpClient client, byte[] image, string query = "")
    {
        using var content = new ByteArrayContent(image);
        using HttpResponseMessage response = await client.PostAsync($"/predict{query}", content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>The detail of a problem, after checking that it is one.</summary>
    public static async Task<string> ProblemAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        JsonElement problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        return problem.GetProperty("detail").GetString()!;
    }

    /// <summary>A form with files.</summary>
    public static MultipartFormDataContent Form(params (string Name, byte[] Content)[] files)
    {
        var form = new MultipartFormDataContent { { new StringContent("no file"), "comment" } };
        foreach ((string name, byte[] content) in files)
            form.Add(new ByteArrayContent(content), "images", name);
        return form;
    }
}
