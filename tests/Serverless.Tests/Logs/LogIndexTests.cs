using System.Globalization;
using System.Text.Json.Nodes;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Hosting.LogEntries;

namespace Serverless.Tests.Logs;

/// <summary>Questions that an index answers: what they find is what looking at everything finds, whatever becomes of the index, and what they cost.</summary>
public sealed class LogIndexTests(ProxiedFixture fixture) : IClassFixture<ProxiedFixture>
{
    private static readonly DateTimeOffset Day = new(2026, 1, 26, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Words = ["alpha", "beta", "gamma", "delta", "epsilon", "Zeta", "ÖL"];

    [Fact]
    public async Task Whatever_becomes_of_its_index_a_question_has_the_same_answer()
    {
        var random = new Random(17);
        var logs = await LogClient.CreateAsync(fixture.Host);
        var entries = Enumerable.Range(0, 600).Select(number => Entry(random, number)).ToList();
        foreach (var part in entries.Chunk(450))
        {
            // The second part comes late to hours that have a segment already.
            await logs.StoreAsync(part.Chunk(15).Select(batch => LogChunk.Create(logs.Organization, DateTimeOffset.UtcNow, batch)));
            await fixture.Host.RunUpkeepAsync();
        }

        await logs.StoreAsync(LogChunk.Create(logs.Organization, DateTimeOffset.UtcNow, entries[0]));
        entries.Add(entries[0]);
        var table = new TableServiceClient(logs.Account.Direct.ConnectionString).GetTableClient(TableNames.Logs);
        for (var round = 0; round < 6; round++)
        {
            foreach (var (question, matches) in Questions(random))
            {
                var expected = entries.Where(matches).OrderByDescending(entry => entry["timestamp"]!.GetValue<string>(), StringComparer.Ordinal).ToList();
                var found = await logs.ReadAsync($"?start=2026-01-26T00:00:00Z&end=2026-01-26T23:59:59Z&limit=1000&{question}");
                Assert.Equal(
                    expected.Select(Key).Order(StringComparer.Ordinal),
                    found.Entries().Select(entry => Key((JsonObject)entry)).Order(StringComparer.Ordinal));
                Assert.Equal(expected.Count, (await logs.ReadAsync($"/stats?start=2026-01-26T00:00:00Z&end=2026-01-26T23:59:59Z&{question}"))["total"]!.GetValue<int>());
            }

            await DamageAsync(table, logs.Organization, random);
        }
    }

    [Theory]
    [InlineData("trace_id=needle")]
    [InlineData("metadata.request.id=needle")]
    [InlineData("query=needle")]
    [InlineData("q=%20needle%20")]
    [InlineData("query=trace_id:needle")]
    [InlineData("query=metadata.request.id:needle%20needle")]
    public async Task A_needle_costs_a_look_at_the_index_and_one_at_its_block(string question)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var random = new Random(5);
        for (var hour = 0; hour < 12; hour++)
        {
            var batch = Enumerable.Range(0, 200).Select(number => Noise(random, Day.AddHours(hour).AddSeconds(number))).ToList();
            if (hour == 5)
            {
                (batch[7]["message"], batch[7]["trace_id"], batch[7]["metadata"]) =
                    ("There is a needle here", "needle", new JsonObject { ["request"] = new JsonObject { ["id"] = "needle" } });
            }

            await logs.StoreAsync(LogChunk.Create(logs.Organization, DateTimeOffset.UtcNow, batch));
        }

        await fixture.Host.RunUpkeepAsync();
        await fixture.Proxy.ResetWhenQuietAsync();

        var page = await logs.ReadAsync($"?start=2026-01-26T00:00:00Z&end=2026-01-26T23:59:59Z&explain=true&{question}");

        Assert.Equal(["There is a needle here"], page.Messages());
        Assert.Equal("""{"uses_index":true,"chunks":0,"segments":12,"index_rows":12,"skipped":11,"opened":1}""", page["explain"]!.ToJsonString());

        // Admission; narrow chunks, wide ones, segments; the index; the block.
        Assert.Equal(["table POST", .. Enumerable.Repeat("table GET", 5)], fixture.Proxy.Transactions.Select(transaction => transaction.ToString()));

        await fixture.Proxy.ResetWhenQuietAsync();
        Assert.Empty(await logs.MessagesAsync($"?start=2026-01-26T00:00:00Z&end=2026-01-26T23:59:59Z&{question.Replace("needle", "noodle", StringComparison.Ordinal)}"));
        Assert.Equal(["table POST", .. Enumerable.Repeat("table GET", 4)], fixture.Proxy.Transactions.Select(transaction => transaction.ToString()));
    }

    [Fact]
    public async Task A_needle_costs_no_more_however_many_chunks_spanned_the_day()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var random = new Random(7);
        for (var batch = 0; batch < 50; batch++)
        {
            var entries = Enumerable.Range(0, 48).Select(number => Noise(random, Day.AddMinutes((15 * number) + (batch % 15)))).ToList();
            if (batch == 20)
            {
                (entries[7]["message"], entries[7]["trace_id"]) = ("There is a needle here", "needle");
            }

            await logs.StoreAsync(LogChunk.Create(logs.Organization, DateTimeOffset.UtcNow, entries));
        }

        await fixture.Host.RunUpkeepAsync();
        await fixture.Proxy.ResetWhenQuietAsync();

        var page = await logs.ReadAsync("?start=2026-01-26T00:00:00Z&end=2026-01-26T23:59:59Z&explain=true&trace_id=needle");

        Assert.Equal(["There is a needle here"], page.Messages());
        Assert.Equal("""{"uses_index":true,"chunks":0,"segments":12,"index_rows":12,"skipped":11,"opened":1}""", page["explain"]!.ToJsonString());
        Assert.Equal(["table POST", .. Enumerable.Repeat("table GET", 5)], fixture.Proxy.Transactions.Select(transaction => transaction.ToString()));
    }

    [Fact]
    public async Task Until_its_hour_is_over_a_chunk_is_passed_over_by_its_filter()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var now = fixture.Time.GetUtcNow();
        await logs.StoreAsync([.. Enumerable.Range(0, 5).Select(number => (IReadOnlyCollection<JsonNode>)[With(Simple($"number {number}", now.Iso()), $"trace-{number}")])]);
        await fixture.Proxy.ResetWhenQuietAsync();

        foreach (var question in new[] { "trace_id=trace-3", "metadata.trace=trace-3", "query=3", "query=\"number%203\"%20trace_id:trace-3" })
        {
            var page = await logs.ReadAsync($"?explain=true&{question}");
            Assert.Equal(["number 3"], page.Messages());

            // One letter is no term; and of filters as small as these one may say yes wrongly.
            Assert.InRange(page["explain"]!["opened"]!.GetValue<int>(), question == "query=3" ? 5 : 1, question == "query=3" ? 5 : 3);
        }

        static JsonObject With(JsonObject entry, string trace)
        {
            (entry["trace_id"], entry["metadata"]) = (trace, new JsonObject { ["trace"] = trace });
            return entry;
        }
    }

    [Fact]
    public async Task Segments_go_with_their_index_when_their_time_is_over()
    {
        var time = new AdjustableTime();
        await using var host = await ServerlessHost.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        var logs = await LogClient.CreateAsync(host);
        var random = new Random(6);
        var noise = Enumerable.Range(0, 200).Select(number => Noise(random, time.GetUtcNow().AddHours(-5))).ToList();
        await logs.StoreAsync(LogChunk.Create(logs.Organization, time.GetUtcNow(), noise));
        await host.RunUpkeepAsync();
        Assert.True((await logs.RowKeysAsync()).Count > 16);

        time.Advance(TimeSpan.FromDays(30));
        await host.RunUpkeepAsync();

        Assert.Empty(await logs.RowKeysAsync());
    }

    [Fact]
    public async Task What_took_the_place_of_another_lets_its_rows_go_half_an_hour_later()
    {
        var time = new AdjustableTime();
        await using var host = await ServerlessHost.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(time));
        var logs = await LogClient.CreateAsync(host);
        var hour = time.GetUtcNow().AddHours(-5);
        for (var late = 0; late < 3; late++)
        {
            await logs.StoreAsync(LogChunk.Create(logs.Organization, time.GetUtcNow(), Simple($"{late}", hour.Iso())));
            await host.RunUpkeepAsync();
        }

        // The block and the row of the index of each, one head, and two notes of what is to go.
        Assert.Equal(9, (await logs.RowKeysAsync()).Count);
        time.Advance(TimeSpan.FromMinutes(31));
        await host.RunUpkeepAsync();
        Assert.Equal(3, (await logs.RowKeysAsync()).Count);
        Assert.Equal(["0", "1", "2"], (await logs.MessagesAsync(LogReads.Always)).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<(string Question, Func<JsonObject, bool> Matches)> Questions(Random random)
    {
        var (word, trace, user) = (Words[random.Next(Words.Length)], $"trace-{random.Next(60)}", $"{random.Next(40)}");
        yield return ($"trace_id={trace}", entry => Text(entry, "trace_id") == trace);
        yield return ($"metadata.user.id={user}", entry => User(entry) == user);
        yield return ($"query={Uri.EscapeDataString(word)}", entry => Has(entry, word));
        yield return ($"query={Uri.EscapeDataString($"{word} metadata.user.id:{user}")}", entry => Has(entry, word) && User(entry) == user);
        yield return ($"query={Uri.EscapeDataString($"trace_id:{trace} OR metadata.user.id:{user}")}", entry => Text(entry, "trace_id") == trace || User(entry) == user);
        yield return ($"query={Uri.EscapeDataString($"NOT {word}")}", entry => !Has(entry, word));
        yield return ($"q={Uri.EscapeDataString(word[1..])}", entry => Text(entry, "message").Contains(word[1..], StringComparison.OrdinalIgnoreCase));
        yield return ($"q={Uri.EscapeDataString($" {word} ")}&level=error", entry => Text(entry, "message").Contains($" {word} ", StringComparison.OrdinalIgnoreCase) && Text(entry, "level") == "error");
        yield return ("query=metadata.user.id:%3C5", entry => int.Parse(User(entry), CultureInfo.InvariantCulture) < 5);
        yield return ("trace_id=no-such-trace", _ => false);
    }

    private static bool Has(JsonObject entry, string word) => Text(entry, "message").Split(' ').Contains(word, StringComparer.OrdinalIgnoreCase);

    private static string Text(JsonObject entry, string field) => entry[field]!.GetValue<string>();

    private static string User(JsonObject entry) => entry["metadata"]!["user"]!["id"]!.GetValue<string>();

    private static string Key(JsonObject entry) => $"{Text(entry, "timestamp")} {Text(entry, "message")}";

    // Takes rows of the index away, changes bytes of them, exchanges them, and writes nonsense.
    private static async Task DamageAsync(TableClient table, string organization, Random random)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {organization} and RowKey ge {"si"} and RowKey lt {"sj"}");
        var rows = await table.QueryAsync<TableEntity>(filter).ToListAsync();
        foreach (var row in rows.Where(_ => random.Next(3) == 0))
        {
            if (!row.TryGetValue("Data0", out var column) || column is not byte[] { Length: > 0 } data)
            {
                continue;
            }

            switch (random.Next(5))
            {
                case 0:
                    await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All);
                    continue;
                case 1:
                    data[random.Next(data.Length)] ^= 0x10;
                    row["Data0"] = data;
                    break;
                case 2:
                    row["Data0"] = data[..random.Next(data.Length)];
                    break;
                case 3:
                    row["Data0"] = "nonsense";
                    break;
                default:
                    row.Remove("Data0");
                    break;
            }

            await table.UpsertEntityAsync(row, TableUpdateMode.Replace);
        }
    }

    private static JsonObject Entry(Random random, int number)
    {
        var message = string.Join(' ', Enumerable.Range(0, 6).Select(_ => Words[random.Next(Words.Length)]).Append($"{number}"));
        var entry = Simple(message, Day.AddMinutes(random.Next(23 * 60)).AddTicks(number).Iso(), random.Next(4) == 0 ? "error" : "info");
        entry["trace_id"] = $"trace-{random.Next(60)}";
        entry["metadata"] = new JsonObject { ["user"] = new JsonObject { ["id"] = $"{random.Next(40)}" } };
        return entry;
    }

    private static JsonObject Noise(Random random, DateTimeOffset time)
    {
        var entry = Simple($"Request {random.Next()} took {random.Next(1000)} ms", time.Iso());
        entry["trace_id"] = $"{random.NextInt64():x16}";
        entry["metadata"] = new JsonObject { ["request"] = new JsonObject { ["id"] = $"{random.Next()}" } };
        return entry;
    }
}
