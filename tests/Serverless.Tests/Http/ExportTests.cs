using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tests.Hosting;
using Serverless.Tests.Logs;

namespace Serverless.Tests.Http;

/// <summary>Lists that are given out whole, one record a line.</summary>
public sealed class ExportTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("*/*", false)]
    [InlineData("application/json", false)]
    [InlineData("application/x-ndjson", true)]
    [InlineData("application/json;q=0.5, APPLICATION/X-NDJSON;q=0.9", true)]
    [InlineData("application/x-ndjson;q=0", false)]
    [InlineData("nonsense", false)]
    public void It_is_asked_for_by_its_name(string? accept, bool isWanted)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Accept = accept;

        Assert.Equal(isWanted, Export.IsWanted(context.Request));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(99_999, 99_999)]
    [InlineData(100_001, 100_000)]
    public async Task It_ends_after_a_hundred_thousand_records(int count, int expected)
    {
        var context = Context();

        await new Export(TimeProvider.System).WriteAsync(context, Records(count), CancellationToken.None);

        Assert.Equal("application/x-ndjson", context.Response.ContentType);
        Assert.Equal(
            Enumerable.Range(0, expected).Select(number => $"{{\"number\":{number}}}"),
            Encoding.UTF8.GetString(((MemoryStream)context.Response.Body).ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task What_takes_longer_than_ten_minutes_does_not_end_as_if_it_were_whole()
    {
        var time = new AdjustableTime();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Export(time).WriteAsync(Context(), SlowAsync(), CancellationToken.None));

        async IAsyncEnumerable<ReadOnlyMemory<byte>> SlowAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            yield return "{}"u8.ToArray();
            time.Advance(TimeSpan.FromMinutes(11));
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    [Fact]
    public async Task Entries_come_in_the_order_of_pages_by_few_transactions()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var logs = await LogClient.CreateAsync(host);
        await StoreAsync(logs, 12);
        var paged = (await logs.PagesAsync(LogReads.Always + "&limit=1000")).SelectMany(page => page.Entries()).Select(entry => entry.ToJsonString()).ToList();
        await proxy.ResetWhenQuietAsync();

        using var response = await GetAsync(host, logs);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(12_000, lines.Length);
        Assert.Equal(paged, lines.Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!.ToJsonString()));

        // Admission; then three times 5,000 records: narrow chunks, wide ones, segments.
        Assert.Equal(["table POST", .. Enumerable.Repeat("table GET", 9)], proxy.Transactions.Select(transaction => transaction.ToString()));
    }

    [Fact]
    public async Task What_fails_on_the_way_is_broken_off_and_what_fails_before_is_an_error()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var logs = await LogClient.CreateAsync(host);
        await StoreAsync(logs, 6);
        await proxy.ResetWhenQuietAsync();

        // The session, then three looks for the first records.
        proxy.Fault = request => HttpMethods.IsGet(request.Method) && proxy.ServiceOf(request) == "table" && proxy.Transactions.Count(IsLook) >= 3 ? StorageFault.Refused(400) : StorageFault.None;
        using var response = await GetAsync(host, logs);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync());
        Assert.Equal(4, proxy.Transactions.Count(IsLook));

        proxy.Fault = request => HttpMethods.IsGet(request.Method) && proxy.ServiceOf(request) == "table" ? StorageFault.Refused(400) : StorageFault.None;
        using var refused = await GetAsync(host, logs);
        Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        Assert.Equal("application/json; charset=utf-8", refused.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task Whoever_leaves_stops_it()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var logs = await LogClient.CreateAsync(host);
        await StoreAsync(logs, 6);
        await proxy.ResetWhenQuietAsync();
        var (held, left, release) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        proxy.Fault = request =>
        {
            if (!HttpMethods.IsGet(request.Method) || proxy.ServiceOf(request) != "table" || proxy.Transactions.Count(IsLook) < 3)
            {
                return StorageFault.None;
            }

            request.HttpContext.RequestAborted.Register(() => left.TrySetResult());
            held.TrySetResult();
            return StorageFault.Held(release.Task);
        };

        try
        {
            using var leaving = new CancellationTokenSource();
            using var response = await GetAsync(host, logs);
            await using var body = await response.Content.ReadAsStreamAsync();
            var copied = body.CopyToAsync(Stream.Null, leaving.Token);
            await held.Task.WaitAsync(TimeSpan.FromSeconds(30));
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copied);

            await left.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
        finally
        {
            release.SetResult();
        }
    }

    private static bool IsLook(StorageTransaction transaction) => transaction is { Service: "table", Method: "GET" };

    // Batches of a thousand entries, a minute apart.
    private static Task StoreAsync(LogClient logs, int batches) => logs.StoreAsync(
        [.. Enumerable.Range(0, batches).Select(batch => Enumerable.Range(0, 1000).Select(number =>
            LogEntries.Simple($"{batch} {number}", new DateTimeOffset(2026, 1, 26, 14, batch, 0, TimeSpan.Zero).AddMilliseconds(number).Iso())).ToList())]);

    private static Task<HttpResponseMessage> GetAsync(ServerlessHost host, LogClient logs)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/v1/logs" + LogReads.Always);
        request.Headers.Add("x-api-key", logs.Key);
        request.Headers.Add("Accept", "application/x-ndjson");
        return host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static DefaultHttpContext Context() => new() { Response = { Body = new MemoryStream() } };

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Records(int count)
    {
        for (var number = 0; number < count; number++)
        {
            yield return Encoding.UTF8.GetBytes($"{{\"number\":{number}}}");
        }

        await Task.CompletedTask;
    }
}
