using System.Globalization;
using System.Text.Json.Nodes;

namespace Serverless.Tests.Faults;

/// <summary>A try as the log of deliveries shows it.</summary>
/// <param name="At">When it began.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Status">What the receiver answered; null when it did not.</param>
internal sealed record LoggedTry(DateTimeOffset At, string Outcome, int? Status)
{
    /// <summary>Whether nobody knows what came of it.</summary>
    public bool IsUnknown => Outcome == "unknown";

    /// <summary>When it began, as its request says it.</summary>
    public long Second => At.ToUnixTimeSeconds();
}

/// <summary>A delivery as the log shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="MessageId">The id of its message.</param>
/// <param name="State">How far it is.</param>
/// <param name="Tries">Its tries.</param>
internal sealed record LoggedDelivery(string Id, string MessageId, string State, IReadOnlyList<LoggedTry> Tries)
{
    /// <summary>Reads one from an answer.</summary>
    public static LoggedDelivery Read(JsonNode shown) => new(
        shown["deliveryId"]!.GetValue<string>(),
        shown["messageId"]!.GetValue<string>(),
        shown["state"]!.GetValue<string>(),
        [.. shown["tries"]!.AsArray().Select(each => new LoggedTry(each!["at"]!.GetValue<DateTimeOffset>(), each["outcome"]!.GetValue<string>(), each["status"]?.GetValue<int>()))]);

    /// <summary>Compares the log with what the receiver has got.</summary>
    /// <param name="received">What it has got.</param>
    /// <param name="deliveredSince">Since when the log says that it is delivered; null while it does not.</param>
    /// <returns>What is wrong; null for nothing.</returns>
    public string? ProblemWith(IReadOnlyList<TakenRequest> received, DateTimeOffset? deliveredSince)
    {
        if (deliveredSince is null != (State != "delivered"))
        {
            return $"It is {State}, and was recorded as delivered {deliveredSince?.ToString("O", CultureInfo.InvariantCulture) ?? "never"}";
        }

        if (Tries.Any(each => each.At > deliveredSince))
        {
            return "It was sent again although it was recorded as delivered";
        }

        if (received.CountBy(each => each.Second).Any(each => each.Value > Tries.Count(logged => logged.Second == each.Key)))
        {
            return "The log lacks a request";
        }

        var ended = Tries.Where(each => !each.IsUnknown).CountBy(each => (each.Second, each.Status));
        return ended.Any(each => each.Value > received.Count(taken => (taken.Second, taken.Status) == each.Key)) ? "The log has a request that was not received, or was answered otherwise" : null;
    }

    /// <summary>How many tries are unknown beyond one for each kill: a delivery has one try at a time, so that a kill breaks off no more.</summary>
    public int CountUnexplained(IReadOnlyList<DateTimeOffset> kills) =>
        Tries.Where(each => each.IsUnknown).CountBy(each => kills.Count(kill => kill < each.At)).Sum(each => each.Key < kills.Count ? each.Value - 1 : each.Value);

    /// <inheritdoc/>
    public override string ToString() => $"{Id}, {State}, {string.Join(", ", Tries.Select(each => $"[{each.At:O} {each.Outcome} {each.Status}]"))}";
}
