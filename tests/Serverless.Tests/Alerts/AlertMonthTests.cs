using System.Text.Json.Nodes;

namespace Serverless.Tests.Alerts;

/// <summary>
/// A simulated month over a real store: bursts and quiet, records that come late, an application that sleeps and wakes, restarts and clocks that jump. Whatever
/// happens, the changes are exactly those of the reference, and each was announced once.
/// </summary>
public sealed class AlertMonthTests
{
    private const int Days = 31;

    [Fact]
    public async Task A_month_is_judged_as_the_reference_does_and_each_change_is_told_once()
    {
        await using var host = await AlertHost.StartAsync();
        var random = new Random(20260302);
        var alerts = await DefineAsync(host);
        var (entries, failures, events) = (new List<Measured>(), new List<Measured>(), new List<Measured>());
        for (var day = 0; day < Days; day++)
        {
            // Awake for a while, three times a day; in between nobody evaluates, and records come in all the same.
            for (var span = 0; span < 3; span++)
            {
                var evaluations = random.Next(6, 14);
                for (var evaluation = 0; evaluation < evaluations; evaluation++)
                {
                    await SendAsync(host, random, entries, failures, events);
                    host.Time.Advance(random.Next(60) == 0 ? TimeSpan.FromMinutes(-random.Next(3, 40)) : TimeSpan.FromSeconds(random.Next(290, 311)));
                    await host.EvaluateAsync();
                    foreach (var (reference, records) in alerts(entries, failures, events))
                    {
                        reference.Evaluate(host.Time.GetUtcNow(), records);
                    }
                }

                host.Time.Advance(TimeSpan.FromMinutes(random.Next(20, 300)));
                await SendAsync(host, random, entries, failures, events);
            }

            host.Time.Advance(AlertHost.Start.AddDays(day + 1) - host.Time.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero);
        }

        var told = 0;
        foreach (var (id, (reference, _)) in References.Keys.Zip(alerts(entries, failures, events)))
        {
            Assert.True(reference.Changes.Count > 20, $"{id} hardly ever changed.");
            Assert.Equal((id, reference.Changes.Count), (id, (await host.HistoryAsync(id)).Count));
            Assert.Equal(reference.Changes, await host.HistoryAsync(id));
            told += reference.Changes.Count;
        }

        Assert.Equal(told, host.Announced.Count);
        Assert.Equal(told, host.Announced.Distinct().Count());
    }

    // What each alert is, and the same in the most literal way.
    private static IReadOnlyDictionary<string, (string Definition, TimeSpan Window, Func<IReadOnlyList<decimal>, decimal?> ValueOf, Predicate<decimal> IsBreached)> References { get; } =
        new Dictionary<string, (string, TimeSpan, Func<IReadOnlyList<decimal>, decimal?>, Predicate<decimal>)>(StringComparer.Ordinal)
        {
            ["labels"] = ("""{"name":"n","query":"level:error environment:production","window":"15m","threshold":12}""", TimeSpan.FromMinutes(15), static measures => measures.Count, static value => value > 12),
            ["words"] = ("""{"name":"n","query":"failed level:error","window":"1h","threshold":30}""", TimeSpan.FromHours(1), static measures => measures.Count, static value => value > 30),
            ["rate"] = (
                """{"name":"n","projectId":"{project}","metric":"error_rate","window":"30m","threshold":0.35}""",
                TimeSpan.FromMinutes(30),
                static measures => measures.Count == 0 ? null : decimal.Round(measures.Sum() / measures.Count, 6, MidpointRounding.AwayFromZero),
                static value => value > 0.35m),
            ["quiet"] = ("""{"name":"n","projectId":"{project}","metric":"request_count","window":"5m","threshold":2,"direction":"below"}""", TimeSpan.FromMinutes(5), static measures => measures.Count, static value => value < 2),
        };

    private static async Task<Func<List<Measured>, List<Measured>, List<Measured>, IEnumerable<(AlertReference, IReadOnlyList<Measured>)>>> DefineAsync(AlertHost host)
    {
        var references = new List<AlertReference>();
        foreach (var (id, (definition, window, valueOf, isBreached)) in References)
        {
            await host.DefineAsync(id, definition);
            references.Add(new(host.Time.GetUtcNow(), window, valueOf, isBreached));
        }

        return (entries, failures, events) => references.Zip((IReadOnlyList<Measured>[])[entries, failures, events, events]);
    }

    private static async Task SendAsync(AlertHost host, Random random, List<Measured> entries, List<Measured> failures, List<Measured> events)
    {
        var now = host.Time.GetUtcNow();
        var isBurst = random.Next(5) == 0;
        for (var batch = random.Next(3); batch > 0; batch--)
        {
            await host.StoreAsync([.. Enumerable.Range(0, random.Next(1, isBurst ? 20 : 4)).Select(_ => EntryOf())]);
        }

        var some = Enumerable.Range(0, random.Next(isBurst ? 12 : 4)).Select(_ => EventOf()).ToList();
        if (some.Count > 0)
        {
            await host.PersistAsync([.. some]);
        }

        JsonNode EntryOf()
        {
            var (at, isProduction, isFailure) = (Time(), random.Next(4) > 0, random.Next(3) > 0);
            if (isProduction)
            {
                entries.Add(new(at));
            }

            if (isFailure)
            {
                failures.Add(new(at));
            }

            return AlertHost.Entry(at, "error", isFailure ? "Payment failed" : "Payment refused", isProduction ? "production" : "staging");
        }

        JsonNode EventOf()
        {
            var (at, isError) = (Time(), random.Next(isBurst ? 2 : 5) == 0);
            events.Add(new(at, isError ? 1 : 0));
            return AlertHost.Event(at, isError ? "error" : "success");
        }

        // Most come at once, some minutes late, and a few much later, or from a clock that is ahead.
        DateTimeOffset Time() => now.AddSeconds(random.Next(20) switch
        {
            0 => -random.Next(7_000),
            1 => random.Next(200),
            _ => -random.Next(150),
        });
    }
}
