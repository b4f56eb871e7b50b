using System.Globalization;
using System.Net;
using Serverless.Logs;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>What every answer to a known key says of its limit, and what the last one says.</summary>
[Trait("Category", "Contract")]
public sealed class LimitAnswerTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    [Fact]
    public async Task Every_answer_says_what_is_left_and_the_last_how_long_to_wait()
    {
        var key = await fixture.Host.CreateKeyAsync(await fixture.Operator.CreateOrganizationAsync(), LuminaLog.KeyPrefix, new KeyOptions { RequestsPerMinute = 2 });
        var logs = new LogClient(fixture.Host.Client, key);

        using var first = await logs.PostAsync("""{"logs":[]}""");
        using var second = await logs.GetAsync("");
        using var denied = await logs.PostAsync("""{"logs":[]}""");

        Assert.Equal((HttpStatusCode.BadRequest, "2", "1"), Of(first));
        Assert.Equal((HttpStatusCode.OK, "2", "0"), Of(second));
        Assert.Equal((HttpStatusCode.TooManyRequests, "2", "0"), Of(denied));
        await denied.ExpectErrorAsync(HttpStatusCode.TooManyRequests, "RATE_LIMITED", "Rate limit exceeded");
        Assert.InRange(denied.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(31));
        var reset = DateTimeOffset.FromUnixTimeSeconds(long.Parse(Header(denied, "X-RateLimit-Reset"), CultureInfo.InvariantCulture));
        Assert.InRange(reset - DateTimeOffset.UtcNow, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(90));
    }

    private static (HttpStatusCode Status, string Limit, string Remaining) Of(HttpResponseMessage response) =>
        (response.StatusCode, Header(response, "X-RateLimit-Limit"), Header(response, "X-RateLimit-Remaining"));

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));
}
