using System.Net;
using System.Text;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>Bodies that come as a text, which is how <c>navigator.sendBeacon</c> sends them.</summary>
[Trait("Category", "Contract")]
public sealed class IngestTextTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Entry = """{"timestamp":"2026-01-26T14:30:00Z","level":"info","message":"größer"}""";

    [Theory]
    [InlineData("text/plain;charset=UTF-8")]
    [InlineData("text/plain")]
    [InlineData("TEXT/PLAIN; charset=\"utf-8\"")]
    public async Task A_text_with_the_key_in_it_is_accepted(string mediaType)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await PostAsync($"{{\"api_key\":\"{logs.Key}\",\"logs\":[{Entry}]}}", mediaType);

        await response.ExpectAcceptedAsync(1, Encoding.UTF8.GetByteCount(Entry), logs.Key);
        Assert.True(response.Headers.Contains("Deprecation"));
        Assert.Equal([Entry], await logs.ReadStoredAsync(1));
    }

    [Fact]
    public async Task A_text_with_the_key_in_the_header_is_not()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await PostAsync($"{{\"logs\":[{Entry}]}}", "text/plain;charset=UTF-8", logs.Key);

        await response.ExpectErrorAsync(HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json, in UTF-8");
        await logs.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task A_text_without_a_key_is_from_nobody()
    {
        using var response = await PostAsync($"{{\"logs\":[{Entry}]}}", "text/plain;charset=UTF-8");

        await response.ExpectUnauthorizedAsync();
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("text/plain;charset=iso-8859-1")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Any_other_type_is_refused(string mediaType)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await PostAsync($"{{\"api_key\":\"{logs.Key}\",\"logs\":[{Entry}]}}", mediaType);

        await response.ExpectErrorAsync(HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json or text/plain, in UTF-8");
        await logs.ExpectNothingStoredAsync();
    }

    private async Task<HttpResponseMessage> PostAsync(string body, string mediaType, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/logs") { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        if (key is not null)
        {
            request.Headers.Add("x-api-key", key);
        }

        return await fixture.Host.Client.SendAsync(request);
    }
}
