using System.Net.Http.Headers;

namespace Serverless.Outbound;

/// <summary>What is behind the URL of a medium.</summary>
/// <param name="MediaType">Its type, such as <c>image/png</c>; null when it cannot be used.</param>
/// <param name="Problem">Why it cannot be used, as the end of a sentence that begins with what it is for; null when it can.</param>
public sealed record ProbedMedia(string? MediaType, string? Problem);

/// <summary>
/// Looks whether a URL that a user named leads to a medium of the right type, without fetching it: asks for its headers, and
/// where that is not answered with a success, for its first byte.
/// </summary>
public sealed class MediaProbe(AddressRules rules, GuardedHttp http, TimeProvider time)
{
    private const string AnySubtype = "/*";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // What is left has to do for GET.
    private static readonly TimeSpan HeadPatience = TimeSpan.FromSeconds(2);

    /// <summary>Probes a URL, for at most five seconds.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="accepted">The media types that will do, such as <c>image/*</c> or <c>application/pdf</c>; none for all.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<ProbedMedia> ProbeAsync(string text, IReadOnlyList<string> accepted, CancellationToken cancellationToken)
    {
        if (!OutboundUrl.TryParse(text, rules, out var url, out var refusal))
        {
            return new(null, refusal);
        }

        try
        {
            var start = time.GetTimestamp();
            var answer = await TryHeadAsync(url, cancellationToken) ?? await AskAsync(HttpMethod.Get, url, Patience - time.GetElapsedTime(start), cancellationToken);
            return Judge(answer, accepted);
        }
        catch (OutboundFailedException failure)
        {
            return new(null, failure.Message);
        }
    }

    // Null when the answer says nothing of what GET would be answered: many servers know no HEAD, nor do URLs that are signed for one method, and
    // what they say instead may be anything, or nothing.
    private async Task<GuardedResponse?> TryHeadAsync(Uri url, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await AskAsync(HttpMethod.Head, url, HeadPatience, cancellationToken);
            return answer.IsSuccess && answer.ContentHeaders.ContentType is not null ? answer : null;
        }
        catch (OutboundFailedException failure) when (failure is not OutboundRefusedException)
        {
            return null;
        }
    }

    private static ProbedMedia Judge(GuardedResponse answer, IReadOnlyList<string> accepted)
    {
        if ((int)answer.Status is >= 300 and <= 399)
        {
            return new(null, $"answered with a redirect ({(int)answer.Status}), and redirects are not followed");
        }

        if (!answer.IsSuccess)
        {
            return new(null, $"answered with status {(int)answer.Status}");
        }

        if (answer.ContentHeaders.ContentType?.MediaType is not { } type)
        {
            return new(null, "does not say what media type it is");
        }

        return accepted.Count == 0 || accepted.Any(pattern => Matches(pattern, type))
            ? new(type.ToLowerInvariant(), null)
            : new(null, $"is {type}, and must be {string.Join(" or ", accepted)}");
    }

    private static bool Matches(string pattern, string type) => pattern.EndsWith(AnySubtype, StringComparison.Ordinal)
        ? type.StartsWith(pattern[..^1], StringComparison.OrdinalIgnoreCase)
        : type.Equals(pattern, StringComparison.OrdinalIgnoreCase);

    private async Task<GuardedResponse> AskAsync(HttpMethod method, Uri url, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, url);
        if (method == HttpMethod.Get)
        {
            request.Headers.Range = new RangeHeaderValue(from: 0, to: 0);
        }

        return await http.SendForStatusAsync(request, timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero, maxResponseBytes: 0, cancellationToken);
    }
}
