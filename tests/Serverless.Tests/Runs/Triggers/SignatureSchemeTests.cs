using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Runs.Triggers;
using StandardWebhooks;
using Stripe;

namespace Serverless.Tests.Runs.Triggers;

/// <summary>Signatures of senders: their published examples, and what their own libraries make and take.</summary>
[Trait("Category", "Fast")]
public sealed class SignatureSchemeTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);

    private static readonly SignatureScheme GitHub = new() { Preset = SignatureScheme.GitHub };
    private static readonly SignatureScheme Stripe = new() { Preset = SignatureScheme.Stripe };
    private static readonly SignatureScheme Standard = new() { Preset = SignatureScheme.StandardWebhooks };

    // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    [Theory]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", SignatureVerdict.Valid)]
    [InlineData("sha256=757107EA0EB2509FC211221CCE984B8A37570B6D7586C22C46F4379C8B043E17", SignatureVerdict.Valid)]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18", SignatureVerdict.Invalid)]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e", SignatureVerdict.Invalid)]
    [InlineData("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17", SignatureVerdict.Invalid)]
    [InlineData("sha256=", SignatureVerdict.Invalid)]
    [InlineData("sha256=nothing", SignatureVerdict.Invalid)]
    [InlineData("", SignatureVerdict.Invalid)]
    [InlineData(null, SignatureVerdict.Invalid)]
    public void The_example_of_GitHub(string? signature, object verdict) =>
        Assert.Equal(verdict, GitHub.Judge("It's a Secret to Everybody", Headers(("X-Hub-Signature-256", signature)), "Hello, World!"u8, Now));

    // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    [Theory]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", SignatureVerdict.Valid)]
    [InlineData("v1a,AAAA v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1,BBBB", SignatureVerdict.Valid)]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", SignatureVerdict.Invalid)]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", SignatureVerdict.Invalid)]
    public void The_example_of_the_Standard_Webhooks(string signature, object verdict) => Assert.Equal(verdict, Standard.Judge(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        Headers(("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"), ("webhook-timestamp", "1614265330"), ("webhook-signature", signature)),
        """{"test": 2432232314}"""u8,
        Now));

    [Theory]
    [InlineData(0, SignatureVerdict.Valid)]
    [InlineData(300, SignatureVerdict.Valid)]
    [InlineData(-300, SignatureVerdict.Valid)]
    [InlineData(301, SignatureVerdict.Stale)]
    [InlineData(-301, SignatureVerdict.Stale)]
    public void What_the_library_of_the_Standard_Webhooks_signs_counts_for_five_minutes(int seconds, object verdict)
    {
        var secret = "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        var signature = new StandardWebhook(secret).Sign("msg_1", Now, """{"type":"ä"}""");

        var headers = Headers(("webhook-id", "msg_1"), ("webhook-timestamp", "1614265330"), ("webhook-signature", signature));
        Assert.Equal(verdict, Standard.Judge(secret, headers, """{"type":"ä"}"""u8, Now.AddSeconds(seconds)));
        Assert.Equal("msg_1", Standard.DeliveryOf(headers, []));

        headers["webhook-id"] = "msg_2";
        Assert.Equal(SignatureVerdict.Invalid, Standard.Judge(secret, headers, """{"type":"ä"}"""u8, Now));
    }

    [Theory]
    [InlineData(0, SignatureVerdict.Valid)]
    [InlineData(300, SignatureVerdict.Valid)]
    [InlineData(301, SignatureVerdict.Stale)]
    [InlineData(-301, SignatureVerdict.Stale)]
    public void What_the_library_of_Stripe_takes_counts_for_five_minutes(int seconds, object verdict)
    {
        const string Secret = "whsec_test_secret";
        var now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        var body = """{"id":"evt_1","object":"event","type":"charge.succeeded"}""";
        var header = TestSignatures.Stripe(Secret, body, now);
        EventUtility.ValidateSignature(body, header, Secret);

        Assert.Equal(verdict, Stripe.Judge(Secret, Headers(("Stripe-Signature", header)), Encoding.UTF8.GetBytes(body), now.AddSeconds(seconds)));
        Assert.Equal("evt_1", Stripe.DeliveryOf(Headers(), Encoding.UTF8.GetBytes(body)));

        // While a secret is replaced Stripe signs with both; v0 is of test mode, and counts for nothing.
        var time = now.ToUnixTimeSeconds();
        var right = header.Split("v1=")[1];
        Assert.Equal(SignatureVerdict.Valid, Judge($"t={time},v1={new string('0', 64)},v1={right},v0=6ffb"));
        Assert.Equal(SignatureVerdict.Invalid, Judge($"t={time},v0={right}"));
        Assert.Equal(SignatureVerdict.Invalid, Judge($"t={time + 1},v1={right}"));
        Assert.Equal(SignatureVerdict.Invalid, Judge($"v1={right}"));
        Assert.Equal(SignatureVerdict.Invalid, Judge($"t=99999999999999999,v1={right}"));
        Assert.Equal(SignatureVerdict.Invalid, Judge(""));

        SignatureVerdict Judge(string sent) => Stripe.Judge(Secret, Headers(("Stripe-Signature", sent)), Encoding.UTF8.GetBytes(body), now);
    }

    [Theory]
    [InlineData("X-Sig", null, "hex", "sha256")]
    [InlineData("X-Sig", "sha512=", "base64", "sha512")]
    [InlineData("X-Sig", "v1:", "base64", "sha256")]
    public void A_scheme_without_a_name_signs_the_body(string header, string? prefix, string encoding, string algorithm)
    {
        var scheme = new SignatureScheme { Header = header, Prefix = prefix, Encoding = encoding, Algorithm = algorithm };
        var mac = algorithm == "sha512" ? HMACSHA512.HashData("secret"u8, "body"u8) : HMACSHA256.HashData("secret"u8, "body"u8);
        var signature = prefix + (encoding == "hex" ? Convert.ToHexStringLower(mac) : Convert.ToBase64String(mac));

        Assert.Equal(SignatureVerdict.Valid, scheme.Judge("secret", Headers((header, signature)), "body"u8, Now));
        Assert.Equal(SignatureVerdict.Valid, scheme.Judge("secret", Headers((header, $"{prefix}AAAA, {signature}")), "body"u8, Now));
        Assert.Equal(SignatureVerdict.Invalid, scheme.Judge("secret", Headers((header, signature)), "body2"u8, Now));
        Assert.Equal(SignatureVerdict.Invalid, scheme.Judge("Secret", Headers((header, signature)), "body"u8, Now));
        Assert.Equal(SignatureVerdict.Invalid, scheme.Judge("secret", Headers(("X-Other", signature)), "body"u8, Now));
    }

    [Fact]
    public void A_delivery_is_what_is_signed_where_no_id_is()
    {
        Assert.Equal(GitHub.DeliveryOf(Headers(("X-GitHub-Delivery", "1")), "a"u8.ToArray()), GitHub.DeliveryOf(Headers(("X-GitHub-Delivery", "2")), "a"u8.ToArray()));
        Assert.NotEqual(GitHub.DeliveryOf(Headers(), "a"u8.ToArray()), GitHub.DeliveryOf(Headers(), "b"u8.ToArray()));
        Assert.All(["{}", "[1]", "no json", """{"id":1}"""], body => Assert.StartsWith("body ", Stripe.DeliveryOf(Headers(), Encoding.UTF8.GetBytes(body)), StringComparison.Ordinal));
    }

    private static HeaderDictionary Headers(params IEnumerable<(string Name, string? Value)> headers)
    {
        var all = new HeaderDictionary();
        foreach (var (name, value) in headers.Where(header => header.Value is not null))
        {
            all[name] = value;
        }

        return all;
    }
}
