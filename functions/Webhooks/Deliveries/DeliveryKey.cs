using System.Globalization;

namespace Serverless.Webhooks.Deliveries;

/// <summary>The keys of rows about messages: the newest sorts first.</summary>
internal static class DeliveryKey
{
    /// <summary>What the keys of deliveries begin with.</summary>
    public const string Delivery = "delivery-";

    /// <summary>What the keys of messages begin with.</summary>
    public const string Message = "message-";

    /// <summary>What the keys of endpoints begin with.</summary>
    public const string Endpoint = "endpoint-";

    private const long LastMillisecond = 0xFFFF_FFFF_FFFF;
    private const int TimeDigits = 12;

    /// <summary>The id of a delivery.</summary>
    public static string IdOf(string endpoint, DateTimeOffset happenedAt, string messageId) => $"{endpoint}-{InvertedTime(happenedAt)}-{messageId}";

    /// <summary>The key of a message.</summary>
    public static string OfMessage(DateTimeOffset happenedAt, string messageId) => $"{Message}{InvertedTime(happenedAt)}-{messageId}";

    /// <summary>A time, so that later ones sort before earlier ones; to the millisecond.</summary>
    public static string InvertedTime(DateTimeOffset time) =>
        (LastMillisecond - time.ToUnixTimeMilliseconds()).ToString($"x{TimeDigits}", CultureInfo.InvariantCulture);

    /// <summary>Whether something looks like the id of a delivery.</summary>
    public static bool IsDeliveryId(string text) =>
        text.Length <= 200
        && text.Split('-', 3) is [{ Length: > 0 }, { Length: TimeDigits } time, { Length: > 0 }]
        && time.All(char.IsAsciiHexDigitLower)
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');
}
