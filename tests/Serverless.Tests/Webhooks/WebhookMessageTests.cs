using Serverless.Webhooks.Messages;

namespace Serverless.Tests.Webhooks;

/// <summary>Queue messages about webhooks, those of the version before too.</summary>
[Trait("Category", "Fast")]
public sealed class WebhookMessageTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Messages { get; } = new(
        """{"workspace":"aaaaaaaaaaaa","source":"run","id":"1"}""",
        """{"workspace":"aaaaaaaaaaaa","source":"run","id":"1","endpoint":"url","attempt":1}""",
        """{"workspace":"aaaaaaaaaaaa","source":"alert","id":"1","endpoint":"0123456789abcdef","attempt":3,"isAsked":true}""",
        """{"workspace":"aaaaaaaaaaaa","source":"run","id":"1","endpoint":"url","attempt":2,"isEarlier":true,"made":{"at":"2026-11-21T12:00:00+00:00","repetition":2,"messageId":null,"durationMs":7,"status":503,"error":"The receiver answered 503","answer":"Busy","nextAt":"2026-11-21T12:00:30+00:00"}}""");

    [Theory]
    [MemberData(nameof(Messages))]
    public void What_is_written_is_read(string message) => Assert.Equal(message, WebhookMessage.Decode(BinaryData.FromString(message)).Encode().ToString());

    [Fact]
    public void A_message_of_the_version_before_is_about_the_address_of_a_run()
    {
        var order = WebhookMessage.Decode(BinaryData.FromString(
            """
            {"workspace":"aaaaaaaaaaaa","runId":"fe5dffae-ab9b-8565-9083-05ae6380da4d","attempt":2,"due":"2026-11-21T12:00:05Z",
             "made":{"at":"2026-11-21T12:00:00Z","repetition":1,"messageId":"m","durationMs":7,"status":500,"error":"The receiver answered 500","nextAt":"2026-11-21T12:00:30Z"}}
            """));

        Assert.Equal(
            new DeliveryOrder("aaaaaaaaaaaa", "run", "fe5dffae-ab9b-8565-9083-05ae6380da4d", "url", 2)
            {
                IsEarlier = true,
                Origin = new(null, Now.AddSeconds(5)),
                Made = new(2, Now) { MessageId = "m", Duration = TimeSpan.FromMilliseconds(7), Status = 500, Error = "The receiver answered 500", NextAt = Now.AddSeconds(30) },
            },
            order);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"workspace":"aaaaaaaaaaaa"}""")]
    [InlineData("""{"workspace":"aaaaaaaaaaaa","runId":"1"}""")]
    [InlineData("""{"workspace":"aaaaaaaaaaaa","source":"run","id":"1","endpoint":"url","attempt":"many"}""")]
    public void What_is_no_message_is_refused(string message) => Assert.Throws<FormatException>(() => WebhookMessage.Decode(BinaryData.FromString(message)));
}
