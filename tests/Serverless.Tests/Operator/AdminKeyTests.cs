using System.Net;
using Microsoft.Extensions.Options;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Operator;

/// <summary>Who is the operator, and what everybody else sees.</summary>
[Trait("Category", "Contract")]
public sealed class AdminKeyTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string NothingHere = """{"error":"There is nothing at this path","code":"NOT_FOUND","retryable":false,"requestId":"test-1"}""";

    [Fact]
    public async Task A_missing_key_is_told_from_a_wrong_one()
    {
        var nobody = new OperatorClient(fixture.Host.Client, key: null);
        (await nobody.SendAsync("GET", "organizations")).AssertError(HttpStatusCode.Unauthorized, "AUTH_MISSING_KEY", "Missing admin key");
        foreach (var wrong in new[] { "x", fixture.Host.AdminKey + "0", fixture.Host.AdminKey[..^1], fixture.Host.AdminKey.ToUpperInvariant() })
        {
            var somebody = new OperatorClient(fixture.Host.Client, wrong);
            (await somebody.SendAsync("GET", "organizations")).AssertError(HttpStatusCode.Unauthorized, "AUTH_INVALID_KEY", "Invalid admin key");
        }
    }

    [Fact]
    public async Task Wrong_keys_are_limited_by_address_and_the_right_one_still_passes()
    {
        await using var host = await OperatorClient.StartHostAsync();
        var guesser = new OperatorClient(host.Client, "wrong");
        for (var guess = 0; guess < 30; guess++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await guesser.SendAsync("GET", "organizations")).Status);
        }

        var refused = await guesser.SendAsync("GET", "organizations");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        var wait = refused.RetryAfter!.Value;
        Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(11));
        Assert.Equal(
            $$$"""{"error":"Too many invalid admin keys, please try again later","code":"RATE_LIMITED","retryable":true,"retryAfter":{{{(int)wait.TotalSeconds}}},"requestId":"test-1"}""",
            refused.Body);
        Assert.Equal(HttpStatusCode.OK, (await new OperatorClient(host.Client, OperatorClient.Key).SendAsync("GET", "organizations")).Status);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("31-characters-are-one-too-few-x")]
    public async Task A_key_that_could_be_guessed_is_refused_at_the_start_and_not_repeated(string key)
    {
        var failure = await Assert.ThrowsAsync<OptionsValidationException>(() => OperatorClient.StartHostAsync(key: key));

        Assert.Equal($"AdminKey: must have at least 32 characters, not {key.Length}.", failure.Message);
    }

    [Fact]
    public async Task The_key_comes_before_the_body()
    {
        var nobody = new OperatorClient(fixture.Host.Client, key: null);
        (await nobody.SendAsync("POST", "organizations", "{")).AssertError(HttpStatusCode.Unauthorized, "AUTH_MISSING_KEY", "Missing admin key");
    }

    [Fact]
    public async Task Unknown_paths_and_methods_are_answered_in_the_same_envelope()
    {
        (await fixture.Operator.SendAsync("GET", "unknown")).AssertIs(HttpStatusCode.NotFound, NothingHere);
        (await fixture.Operator.SendAsync("PUT", "organizations")).AssertError(
            HttpStatusCode.MethodNotAllowed, "METHOD_NOT_ALLOWED", "This path answers GET, POST only");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{} {}")]
    [InlineData("""{"name":"x",}""")]
    public async Task A_body_that_is_no_object_is_refused(string body)
    {
        var answer = await fixture.Operator.SendAsync("POST", "organizations", body);
        answer.AssertIs(
            HttpStatusCode.BadRequest,
            """{"error":"The body is not valid JSON","code":"VALIDATION_ERROR","retryable":false,"requestId":"test-1","details":[{"param":null,"code":"invalid_type","message":"The body must be a JSON object, in UTF-8"}]}""");
    }

    [Fact]
    public async Task A_body_that_is_too_large_or_of_another_type_is_refused()
    {
        var large = $$"""{"name":"{{new string('x', 65_536)}}"}""";
        (await fixture.Operator.SendAsync("POST", "organizations", large)).AssertError(
            HttpStatusCode.RequestEntityTooLarge, "PAYLOAD_TOO_LARGE", "The body is larger than 65536 bytes");

        using var text = new StringContent("name");
        (await fixture.Operator.SendAsync("POST", "organizations", text)).AssertError(
            HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json, in UTF-8");
    }
}
