using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Serverless.Admission;
using Serverless.Otlp.Messages;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Faults;
using Serverless.Tests.Hosting;
using Serverless.Tests.Traces.Otel;

namespace Serverless.Tests.Admission;

/// <summary>LuminaLog's bytes a month, over HTTP.</summary>
public sealed class LogQuotaTests(AdmissionFixture fixture) : IClassFixture<AdmissionFixture>
{
    private DateTimeOffset MonthEnd => new DateTimeOffset(Now.Year, Now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);

    private DateTimeOffset Now => fixture.Time.GetUtcNow();

    [Fact]
    public async Task The_bytes_that_are_booked_are_those_that_the_answer_names()
    {
        var client = await fixture.CreateClientAsync("Indie");

        var first = (await client.AcceptAsync(LogEntries.Typical(3)))["bytes_used"]!.GetValue<long>();
        Assert.Equal(first, await BookedAsync(fixture, client));
        var second = (await client.AcceptAsync(LogEntries.Simple("ÄÖÜ")))["bytes_used"]!.GetValue<long>();
        Assert.Equal(first + second, await BookedAsync(fixture, client));
        Assert.Equal(200, (int)(await client.PostAsync($$"""{"logs":[{{LogEntries.Simple().ToJsonString()}},{"level":"none"}]}""")).StatusCode);
        Assert.Equal(first + second + LogEntries.Simple().ToJsonString().Length, await BookedAsync(fixture, client));
    }

    [Fact]
    public async Task A_batch_that_does_not_fit_is_refused_whole_and_next_month_it_is_taken()
    {
        var client = await fixture.CreateClientAsync("Bootstrapper");
        await client.AcceptAsync(Entry(600));
        await client.WaitForAsync(1);
        var left = (await LogAnswer.OfAsync(await PostAsync(client, Entry(400)))).Remaining;

        var refused = await LogAnswer.OfAsync(await PostAsync(client, Entry(100), Entry(301)));

        Assert.Equal(new(429, "QUOTA_EXHAUSTED", 300, left, refused.Reset, (long)(MonthEnd - Now).TotalSeconds), refused);
        Assert.Equal(1_000, await BookedAsync(fixture, client));
        await client.WaitForAsync(2);

        fixture.Time.Advance(MonthEnd - Now - TimeSpan.FromSeconds(1));
        Assert.Equal((429, 1), await PostAgainAsync());
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((200, null), await PostAgainAsync());
        Assert.Equal(401, await BookedAsync(fixture, client));
        await client.WaitForAsync(4);

        async Task<(int Status, long? RetryAfter)> PostAgainAsync() =>
            await LogAnswer.OfAsync(await PostAsync(client, Entry(100), Entry(301))) is var answer ? (answer.Status, answer.RetryAfter) : default;
    }

    [Fact]
    public async Task Exactly_the_quota_may_be_used()
    {
        var client = await fixture.CreateClientAsync("Bootstrapper");

        await client.AcceptAsync(Entry(AdmissionFixture.SmallQuota));

        Assert.Equal("QUOTA_EXHAUSTED", (await LogAnswer.PostAsync(client)).Code);
    }

    [Fact]
    public async Task A_batch_so_large_that_it_is_stored_in_parts_leaves_nothing_behind_when_it_does_not_fit()
    {
        var client = await fixture.CreateClientAsync("Compliance");
        await LogAnswer.PostAsync(client);
        await client.WaitForAsync(1);
        var booked = await BookedAsync(fixture, client);
        var rows = await RowsAsync(client);
        await fixture.Proxy.ResetWhenQuietAsync();

        var refused = await LogAnswer.OfAsync(await PostAsync(client, Noise(200, 10_000)));

        Assert.Equal((429, "QUOTA_EXHAUSTED"), (refused.Status, refused.Code));
        Assert.Contains(fixture.Proxy.Transactions, transaction => transaction.Path.StartsWith("/logs(", StringComparison.Ordinal));
        Assert.Equal(booked, await BookedAsync(fixture, client));
        Assert.Equal(rows, await RowsAsync(client));
        Assert.Equal(refused.Remaining - 1, (await LogAnswer.PostAsync(client)).Remaining);
    }

    [Fact]
    public async Task A_batch_that_is_stored_in_parts_is_booked_once_and_takes_one_request()
    {
        var client = await fixture.CreateClientAsync("Compliance");
        var before = await LogAnswer.PostAsync(client);
        var booked = await BookedAsync(fixture, client);

        var answer = await LogAnswer.OfAsync(await PostAsync(client, Noise(90, 10_000)));

        Assert.Equal((200, before.Remaining - 1), (answer.Status, answer.Remaining));
        Assert.Equal(booked + (90 * 10_000), await BookedAsync(fixture, client));
        await client.WaitForAsync(91);
    }

    [Fact]
    public async Task An_export_that_comes_again_is_booked_once_and_takes_a_request_each_time()
    {
        var client = await fixture.CreateClientAsync("Compliance");
        var before = await LogAnswer.PostAsync(client);
        var start = await BookedAsync(fixture, client);

        Assert.Equal(before.Remaining - 1, await ExportAsync(client, "first"));
        var booked = await BookedAsync(fixture, client) - start;
        Assert.Equal(before.Remaining - 2, await ExportAsync(client, "first"));
        Assert.Equal((true, booked), (booked > 0, await BookedAsync(fixture, client) - start));
        await ExportAsync(client, "other");

        Assert.Equal(2 * booked, await BookedAsync(fixture, client) - start);
        await client.WaitForAsync(3);
    }

    [Fact]
    public async Task An_export_that_could_not_be_stored_is_booked_when_it_comes_again()
    {
        var client = await fixture.CreateClientAsync("Compliance");
        await LogAnswer.PostAsync(client);
        var start = await BookedAsync(fixture, client);
        fixture.Proxy.Fault = request => request.IsSend() ? StorageFault.Refused(403) : StorageFault.None;
        Assert.Null(await ExportAsync(client, "first"));
        fixture.Proxy.Fault = static _ => StorageFault.None;
        Assert.Equal(start, await BookedAsync(fixture, client));

        Assert.NotNull(await ExportAsync(client, "first"));

        Assert.NotEqual(start, await BookedAsync(fixture, client));
        await client.WaitForAsync(2);
    }

    /// <summary>The bytes that an organization has used up this month.</summary>
    internal static async Task<long> BookedAsync(AdmissionFixture fixture, LogClient client)
    {
        var row = await Table(fixture, TableNames.Tenants).GetEntityAsync<TableEntity>(client.Organization, TenantRows.Account);
        return MonthlyQuota.Used(row.Value.GetString(QuotaColumns.LogBytes), fixture.Time.GetUtcNow());
    }

    // What is left of the requests; null when it was not taken.
    private async Task<long?> ExportAsync(LogClient client, string message)
    {
        var record = new LogRecord { TimeUnixNano = (ulong)(fixture.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick, Body = new() { StringValue = message } };
        record.TimeUnixNano -= record.TimeUnixNano % 1_000_000_000_000;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/otel/v1/logs") { Content = ProtobufExport.Content(ProtobufExport.Of(record)) };
        request.Headers.Add("x-api-key", client.Key);
        using var answer = await fixture.Host.Client.SendAsync(request);
        return answer.IsSuccessStatusCode ? long.Parse(answer.Headers.GetValues("X-RateLimit-Remaining").Single(), CultureInfo.InvariantCulture) : null;
    }

    private static TableClient Table(AdmissionFixture fixture, string name) => new(fixture.Host.Account.Direct.ConnectionString, name);

    private async Task<int> RowsAsync(LogClient client) => await Table(fixture, TableNames.Logs)
        .QueryAsync<TableEntity>()
        .Where(row => row.PartitionKey.Contains(client.Organization, StringComparison.Ordinal))
        .CountAsync();

    private static Task<HttpResponseMessage> PostAsync(LogClient client, params IEnumerable<JsonNode> entries) =>
        client.PostAsync(new JsonObject { ["logs"] = new JsonArray([.. entries]) }.ToJsonString());

    // An entry of exactly so many bytes.
    private static JsonObject Entry(int bytes) => LogEntries.Simple(new string('x', bytes - LogEntries.Simple("").ToJsonString().Length));

    // Entries that no compression makes much smaller.
    private static IEnumerable<JsonNode> Noise(int count, int bytes) =>
        Enumerable.Range(0, count).Select(_ => Entry(bytes)).Select(entry =>
        {
            entry["message"] = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", entry["message"]!.GetValue<string>().Length);
            return entry;
        });
}
