using System.Text;
using Serverless.Logs;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>Whose key is taken, from where, and that nobody else learns or leaves anything.</summary>
[Trait("Category", "Contract")]
public sealed class IngestAuthenticationTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Entry = """{"timestamp":"2026-01-26T14:30:00Z","level":"info","message":"Hello"}""";
    private const string Body = "{\"logs\":[" + Entry + "]}";

    [Fact]
    public async Task A_request_with_the_key_in_the_header_is_accepted()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await PostAsync(Body, logs.Key);

        await response.ExpectAcceptedAsync(1, Entry.Length);
        Assert.False(response.Headers.Contains("Deprecation"));
        Assert.Equal([Entry], await logs.ReadStoredAsync(1));
    }

    [Fact]
    public async Task A_request_without_any_key_is_refused()
    {
        using var response = await PostAsync(Body, key: null);

        await response.ExpectUnauthorizedAsync();
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("unknown key of a known organization")]
    [InlineData("wrong secret")]
    [InlineData("unknown organization")]
    [InlineData("other prefix")]
    [InlineData("without prefix")]
    [InlineData("truncated")]
    [InlineData("too long")]
    [InlineData("upper case")]
    [InlineData("upper-case prefix")]
    [InlineData("not hexadecimal")]
    [InlineData("bearer")]
    [InlineData("repeated")]
    public async Task A_key_that_is_not_valid_is_refused_in_the_header_and_in_the_body(string defect)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var key = logs.Key;
        var wrong = defect switch
        {
            "empty" => "",
            "unknown key of a known organization" => ApiKey.Create(LuminaLog.KeyPrefix, logs.Organization).Reveal(),
            "wrong secret" => key[..^1] + (key[^1] == '0' ? '1' : '0'),
            "unknown organization" => LuminaLog.KeyPrefix + new string('0', 12) + key[15..],
            "other prefix" => "lt_" + key[3..],
            "without prefix" => key[3..],
            "truncated" => key[..^1],
            "too long" => key + "0",
            "upper case" => LuminaLog.KeyPrefix + "A" + key[4..].ToUpperInvariant(),
            "upper-case prefix" => "LL_" + key[3..],
            "not hexadecimal" => key[..^1] + "g",
            "bearer" => "Bearer " + key,
            "repeated" => $"{key}, {key}",
            _ => throw new ArgumentOutOfRangeException(nameof(defect), defect, null),
        };

        using var header = await PostAsync(Body, wrong);
        using var body = await PostAsync($"{{\"api_key\":\"{wrong}\",\"logs\":[{Entry}]}}", key: null);

        await header.ExpectUnauthorizedAsync();
        await body.ExpectUnauthorizedAsync();
        await logs.ExpectNothingStoredAsync();
    }

    [Theory]
    [InlineData("{\"api_key\":\"KEY\",\"logs\":[" + Entry + "]}")]
    [InlineData("{\"logs\":[" + Entry + "],\"api_key\":\"KEY\"}")]
    [InlineData("{\"other\":{\"api_key\":\"no\"},\"logs\":[" + Entry + "],\"ap\\u0069_key\":\"KEY\"}")]
    [InlineData("{\"api_key\":\"ll_overruled\",\"logs\":[" + Entry + "],\"api_key\":\"KEY\"}")]
    public async Task The_legacy_key_in_the_body_is_accepted_and_called_deprecated(string body)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await PostAsync(body.Replace("KEY", logs.Key, StringComparison.Ordinal), key: null);

        await response.ExpectAcceptedAsync(1, Entry.Length, logs.Key);
        Assert.Equal("@1767225600", Assert.Single(response.Headers.GetValues("Deprecation")));
        Assert.Equal("Mon, 01 Jan 2029 00:00:00 GMT", Assert.Single(response.Headers.GetValues("Sunset")));
        Assert.Equal([Entry], await logs.ReadStoredAsync(1));
    }

    [Theory]
    [InlineData("{\"api_key\":\"KEY\",\"logs\":[" + Entry + "],\"api_key\":\"ll_wrong\"}")]
    [InlineData("{\"api_key\":\"KEY\",\"logs\":[" + Entry + "],\"api_key\":null}")]
    [InlineData("{\"api_key\":null,\"logs\":[" + Entry + "]}")]
    [InlineData("{\"api_key\":[\"KEY\"],\"logs\":[" + Entry + "]}")]
    [InlineData("{\"logs\":[{\"api_key\":\"KEY\",\"timestamp\":\"2026-01-26T14:30:00Z\",\"level\":\"info\",\"message\":\"Hello\"}]}")]
    public async Task A_key_elsewhere_or_overruled_in_the_body_does_not_count(string body)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await PostAsync(body.Replace("KEY", logs.Key, StringComparison.Ordinal), key: null);

        await response.ExpectUnauthorizedAsync();
        await logs.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task A_valid_header_wins_over_another_key_in_the_body()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var other = await LogClient.CreateAsync(fixture.Host);

        using var wrong = await PostAsync($"{{\"api_key\":\"ll_wrong\",\"logs\":[{Entry}]}}", logs.Key);
        using var others = await PostAsync($"{{\"api_key\":\"{other.Key}\",\"logs\":[{Entry}]}}", logs.Key);

        await wrong.ExpectAcceptedAsync(1, Entry.Length);
        await others.ExpectAcceptedAsync(1, Entry.Length);
        Assert.False(others.Headers.Contains("Deprecation"));
        Assert.Equal([Entry, Entry], await logs.ReadStoredAsync(2));
        await other.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task A_wrong_header_wins_over_a_valid_key_in_the_body()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await PostAsync($"{{\"api_key\":\"{logs.Key}\",\"logs\":[{Entry}]}}", "ll_wrong");

        await response.ExpectUnauthorizedAsync();
        await logs.ExpectNothingStoredAsync();
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"logs\":[]}")]
    [InlineData("{\"logs\":[{}]}")]
    [InlineData("{\"api_key\":\"ll_wrong\",\"logs\":5}")]
    public async Task What_is_wrong_with_a_body_is_not_told_to_somebody_unknown(string body)
    {
        using var response = await PostAsync(body, key: null);

        await response.ExpectUnauthorizedAsync();
    }

    [Fact]
    public async Task What_is_wrong_with_a_body_is_told_once_its_legacy_key_is_known()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await PostAsync($"{{\"api_key\":\"{logs.Key}\",\"logs\":5}}", key: null);

        await response.ExpectInvalidAsync("logs", "invalid_type", "\"logs\" must be an array of entries");
        await logs.ExpectNothingStoredAsync();
    }

    private async Task<HttpResponseMessage> PostAsync(string body, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/logs") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("x-api-key", key);
        }

        return await fixture.Host.Client.SendAsync(request);
    }
}
