using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Serverless.Tests.Hosting;
using Serverless.Tests.OpenApi;

namespace Serverless.Tests.Tenancy;

/// <summary>
/// Every operation that is described, with every credential there is, about what is one's own and what another tenant has. Whoever adds an operation
/// says in <see cref="AccessRules"/> whom it lets in.
/// </summary>
[Trait("Category", "Contract")]
public sealed class AccessTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const int AtOnce = 8;

    private readonly ConcurrentBag<string> _problems = [];

    [Fact]
    public async Task Every_operation_has_a_rule_and_every_rule_an_operation() =>
        Assert.Equal((await OperationsAsync()).Select(operation => operation.Id).Order(StringComparer.Ordinal), AccessRules.All.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public async Task Whoever_may_is_let_in_whoever_may_not_is_refused_and_nobody_sees_what_others_have()
    {
        var tenants = await Task.WhenAll(AccessTenant.CreateAsync(fixture.Host), AccessTenant.CreateAsync(fixture.Host));
        var (own, others) = (tenants[0], tenants[1]);
        var requests = new List<(AccessTenant Tenant, Probe Probe)>();
        foreach (var operation in await OperationsAsync())
        {
            var rule = AccessRules.All[operation.Id];
            requests.AddRange((await ProbesAsync(operation, rule, own)).Select(probe => (others, probe)));
        }

        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (one, _) => await JudgeAsync(one.Probe, own, one.Tenant));

        Assert.True(_problems.IsEmpty, string.Join('\n', _problems.Order(StringComparer.Ordinal)));
        await ExpectUntouchedAsync(others);
    }

    private async Task<IReadOnlyList<DescribedOperation>> OperationsAsync() => DescribedApi.Parse(await fixture.Host.Client.GetStringAsync("/openapi.json")).Operations;

    // Each caller in each way.
    private static async Task<IReadOnlyList<Probe>> ProbesAsync(DescribedOperation operation, AccessRule rule, AccessTenant own)
    {
        var (credentials, cookie) = rule.EndsCredential ? await own.RenewAsync() : (own.Credentials, own.Cookie);
        var renewed = rule.EndsCredential ? (await own.RenewAsync()).Cookie : cookie;
        return
        [
            .. credentials.Select(credential => new Probe(operation, rule, credential.Key, $"{credential.Key}", credential.Value)),
            new(operation, rule, Callers.Owner, "Owner by cookie, without the header", [cookie]) { LacksHeader = operation.Method != "GET" },
            new(operation, rule, Callers.Owner, "Owner by cookie", [renewed, SessionClient.OwnPage]),
        ];
    }

    private async Task JudgeAsync(Probe probe, AccessTenant own, AccessTenant others)
    {
        var rule = probe.Rule;
        var (status, body) = await SendAsync(probe, own.Ids, rule.Own);
        var expected = probe.Expected;
        if (expected is null ? status is 401 or 403 || (status == 404 && !rule.IsAbsent) : status != expected)
        {
            Complain(probe, "its own", expected?.ToString() ?? "to be let in", status, body);
        }

        if (probe.Caller != Callers.OperatorKey && body.Contains(others.Mark, StringComparison.Ordinal))
        {
            Complain(probe, "its own", "nothing of others", status, body);
        }

        if (rule.OfOthers is { } refusal)
        {
            var ofOthers = await SendAsync(probe, others.Ids, []);
            if (ofOthers.Status != (expected ?? refusal) || ofOthers.Body.Contains(others.Mark, StringComparison.Ordinal))
            {
                Complain(probe, "what others have", $"{expected ?? refusal}", ofOthers.Status, ofOthers.Body);
            }

            // What is not found may be anywhere or nowhere.
            if (refusal == 404 && await SendAsync(probe, AccessTenant.UnknownIds(others), []) is var ofNobody && ofNobody != ofOthers)
            {
                Complain(probe, "what nobody has", $"{ofOthers}", ofNobody.Status, ofNobody.Body);
            }
        }
    }

    private void Complain(Probe probe, string about, string expected, int status, string body) =>
        _problems.Add($"{probe.Operation}, {probe.Who}, about {about}: expected {expected}, and got {status} {body[..Math.Min(200, body.Length)]}");

    private async Task<(int Status, string Body)> SendAsync(Probe probe, IReadOnlyDictionary<string, string> ids, IReadOnlyList<(string Name, string Value)> own)
    {
        using var request = new HttpRequestMessage(new HttpMethod(probe.Operation.Method), Fill(probe.Operation.Path + probe.Rule.Query));
        if (probe.Rule.Body is { } json)
        {
            request.Content = new StringContent(Fill(json), Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in probe.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await fixture.Host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

        // So many are asked with one session that its minute is not enough.
        if (response is { StatusCode: HttpStatusCode.TooManyRequests, Headers.RetryAfter.Delta: { } wait })
        {
            await Task.Delay(wait);
            return await SendAsync(probe, ids, own);
        }

        var body = response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "" : await response.Content.ReadAsStringAsync();
        var requestId = Assert.Single(response.Headers.GetValues("X-Request-Id"));
        return ((int)response.StatusCode, body.Replace(requestId, "", StringComparison.Ordinal));

        string Fill(string text)
        {
            foreach (var (name, value) in own.Concat(ids.Select(id => (id.Key, id.Value))))
            {
                text = text.Replace($"{{{name}}}", value, StringComparison.Ordinal);
            }

            return text;
        }
    }

    // The mark is there for whoever may see it: that nobody else saw it says something.
    private async Task ExpectUntouchedAsync(AccessTenant tenant)
    {
        foreach (var path in (string[])["/v1/logs?start=2000-01-01T00:00:00Z", "/v1/auth/session", $"/v1/events?projectId={tenant.Ids["project"]}", $"/v1/apps/{tenant.Mark}", $"/v1/triggers/{tenant.Mark}", $"/v1/runs/{tenant.Ids["runId"]}", "/v1/organization/queries"])
        {
            var session = new SessionClient(fixture.Host.Client, tenant.Credentials[Callers.Owner][0].Value["Bearer ".Length..]);
            Assert.Contains(tenant.Mark, (await session.DoAsync("GET", path)).ToJsonString(), StringComparison.Ordinal);
        }
    }

    private sealed record Probe(DescribedOperation Operation, AccessRule Rule, Callers Caller, string Who, IReadOnlyList<(string Name, string Value)> Headers)
    {
        // A cookie alone changes nothing, where it is looked at at all.
        public bool LacksHeader { get; init; }

        /// <summary>The status; null when the caller is let in.</summary>
        public int? Expected =>
            LacksHeader && Rule.Allowed != Callers.Everybody && (Rule.Allowed | Rule.Forbidden).HasFlag(Caller) ? 403
            : Rule.Allowed.HasFlag(Caller) ? null
            : Rule.Forbidden.HasFlag(Caller) ? 403
            : 401;
    }
}
