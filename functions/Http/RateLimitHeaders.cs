using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Admission;

namespace Serverless.Http;

/// <summary>
/// Says on an answer what is left of the limits that a request counts for, as the IETF's draft has it (draft-ietf-httpapi-ratelimit-headers). Where a
/// surface has headers of its own for that, these stand beside them.
/// </summary>
public static class RateLimitHeaders
{
    private const string State = "RateLimit";
    private const string Policy = "RateLimit-Policy";

    /// <summary>The headers, as answers are described.</summary>
    public static IReadOnlyList<Field> Fields { get; } =
    [
        new TextField(Policy, "The limits that the request counts for: of each its name, the requests `q` of a window, and the window `w` in seconds."),
        new TextField(State, "What is left of them: of each its name, the requests `r` that are left, and the seconds `t` until all are available again; on a 429, until there is one."),
    ];

    /// <summary>Says what is left of the limits of a request that came with a credential.</summary>
    /// <param name="headers">The headers of the answer.</param>
    /// <param name="outcomes">What the limits said.</param>
    /// <param name="credential">What the credential is called, such as <c>key</c>.</param>
    /// <param name="account">What its account is called, such as <c>organization</c>.</param>
    public static void Write(IHeaderDictionary headers, IEnumerable<ChargeOutcome> outcomes, string credential, string account) =>
        Write(headers, outcomes.Select(outcome => (outcome.Charge.To == ChargeTo.Credential ? credential : account, outcome.Charge.Limit, outcome.Decision)));

    /// <summary>Says what is left of limits.</summary>
    /// <param name="headers">The headers of the answer.</param>
    /// <param name="limits">Whose limit each is, such as <c>key</c>, with what it said; one without a window is not told of.</param>
    public static void Write(IHeaderDictionary headers, params IEnumerable<(string Name, Limit Limit, Decision Decision)> limits)
    {
        var (policies, states) = (new StringBuilder(), new StringBuilder());
        foreach (var (name, limit, decision) in limits)
        {
            if (limit.RateWindow is not { } window)
            {
                continue;
            }

            var separator = policies.Length > 0 ? ", " : "";
            var wait = decision.IsAdmitted ? decision.ResetAt - decision.At : decision.RetryAfter;
            policies.Append(CultureInfo.InvariantCulture, $"{separator}\"{name}\";q={limit.Permits};w={(long)window.TotalSeconds}");
            states.Append(CultureInfo.InvariantCulture, $"{separator}\"{name}\";r={decision.Remaining};t={(long)Math.Ceiling(Math.Max(0, wait.TotalSeconds))}");
        }

        if (policies.Length > 0)
        {
            headers[Policy] = policies.ToString();
            headers[State] = states.ToString();
        }
    }
}
