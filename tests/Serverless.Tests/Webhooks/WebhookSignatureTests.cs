using System.Text;
using Serverless.Tests.Examples;
using Serverless.Tests.Hosting;
using Serverless.Webhooks.Signing;

namespace Serverless.Tests.Webhooks;

/// <summary>The headers of a webhook, and that a receiver which knows nothing of this code can check them.</summary>
public sealed class WebhookSignatureTests(ServerlessFixture fixture) : IClassFixture<ServerlessFixture>
{
    private const string RunId = "fe5f1a2b-3c4d-8e5f-9a6b-7c8d9e0f1a2b";
    private const string Lamina = "X-Lamina-Webhook-Signature";
    private const string Standard = "webhook-signature";
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, 999, TimeSpan.Zero);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"data":{"status":"completed","text":"Grüße 👋"}}""");

    [Fact]
    public void The_headers_name_the_run_and_the_time_and_hold_both_signatures()
    {
        var key = new SigningKey(new byte[SigningKey.SeedBytes]);

        var headers = WebhookSignature.Sign(key, [], RunId, Body, Now);

        Assert.Equal(
            [
                new(Lamina, Convert.ToHexStringLower(key.Sign([.. "1795262400."u8, .. Body]))),
                new("X-Lamina-Webhook-Timestamp", "1795262400"),
                new("X-Lamina-Webhook-Request-Id", RunId),
                new("X-Lamina-Webhook-Key-Id", key.Id),
                new("webhook-id", $"msg_{RunId}"),
                new("webhook-timestamp", "1795262400"),
                new(Standard, "v1a," + Convert.ToBase64String(key.Sign([.. Encoding.ASCII.GetBytes($"msg_{RunId}.1795262400."), .. Body]))),
            ],
            headers);
    }

    [Fact]
    public void Another_try_is_signed_anew_under_the_same_id()
    {
        var key = new SigningKey(new byte[SigningKey.SeedBytes]);
        var first = new Dictionary<string, string>(WebhookSignature.Sign(key, [], RunId, Body, Now), StringComparer.Ordinal);

        var second = new Dictionary<string, string>(WebhookSignature.Sign(key, [], RunId, Body, Now.AddSeconds(5)), StringComparer.Ordinal);

        Assert.Equal(first["webhook-id"], second["webhook-id"]);
        Assert.Equal("1795262405", second["webhook-timestamp"]);
        Assert.NotEqual(first[Lamina], second[Lamina]);
        Assert.NotEqual(first[Standard], second[Standard]);
    }

    [CommandFact("node", "--version")]
    public async Task A_receiver_verifies_both_signatures_with_the_published_key_and_notices_every_change()
    {
        var keys = (SigningKeyStore)fixture.Host.Services.GetService(typeof(SigningKeyStore))!;
        var key = await keys.GetAsync(default);
        var genuine = WebhookSignature.Sign(key, [], RunId, Body, Now);
        var forged = WebhookSignature.Sign(new SigningKey(new byte[SigningKey.SeedBytes]), [], RunId, Body, Now);
        byte[] changed = [.. Body[..^1], (byte)' '];

        var verdicts = await VerifyAsync(
            (genuine, Body),
            (WebhookSignature.Sign(key, [], RunId, [], Now), []),
            (genuine, changed),
            (forged, Body),
            (With(genuine, "X-Lamina-Webhook-Timestamp", "1795262401"), Body),
            (With(genuine, "webhook-timestamp", "1795262401"), Body),
            (With(genuine, "webhook-id", "msg_other"), Body));

        Assert.Equal(
            [
                (true, true),
                (true, true),
                (false, false),
                (false, false),
                (false, true),
                (true, false),
                (true, false),
            ],
            verdicts);
    }

    private static IEnumerable<KeyValuePair<string, string>> With(IEnumerable<KeyValuePair<string, string>> headers, string name, string value) =>
        headers.Select(header => header.Key == name ? new(name, value) : header);

    private Task<IReadOnlyList<(bool Lamina, bool Standard)>> VerifyAsync(params IEnumerable<(IEnumerable<KeyValuePair<string, string>> Headers, byte[] Body)> webhooks) =>
        WebhookVerification.ByKeySetAsync(
            fixture.Host,
            webhooks.Select(webhook => new ReceivedWebhook(webhook.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value, StringComparer.Ordinal), webhook.Body)));
}
