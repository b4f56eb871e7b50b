using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Storage;

/// <summary>Steps of the ledger while answers get lost, come late or lie: what is reported as done is done once.</summary>
[Trait("Category", "Faults")]
public sealed class LedgerFaultTests : LedgerTest
{
    private const int Retries = 3;

    [Fact]
    public async Task A_commit_whose_answer_is_lost_counts_once()
    {
        var ledger = NewLedger();
        await AddAsync(ledger, "row");
        Proxy.Fault = OnWrite(1, StorageFault.ResponseLost);

        Assert.Equal(2, await AddAsync(ledger, "row"));

        Assert.Equal(2, await StoredAsync("row"));
    }

    [Theory]
    [InlineData(409)]
    [InlineData(412)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_commit_that_is_carried_out_but_said_to_have_failed_counts_once(int status)
    {
        var ledger = NewLedger();
        Proxy.Fault = OnWrite(1, StorageFault.Misreported(status));

        Assert.Equal(1, await AddAsync(ledger, "row"));
        Assert.Equal(2, await AddAsync(ledger, "row"));

        Assert.Equal(2, await StoredAsync("row"));
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_counts_once_even_if_others_have_written_all_its_rows_since()
    {
        const int others = 5;
        var ledger = NewLedger();
        await AddAsync(ledger, "a", "b");
        var retried = new TaskCompletionSource();
        var written = new TaskCompletionSource();
        var writes = 0;
        Proxy.Fault = request =>
        {
            switch (HttpMethods.IsPost(request.Method) ? Interlocked.Increment(ref writes) : 0)
            {
                case 1:
                    return StorageFault.ResponseLost;
                case 2:
                    retried.SetResult();
                    return StorageFault.Held(written.Task);
                default:
                    return StorageFault.None;
            }
        };

        var step = AddAsync(ledger, "a", "b");
        await retried.Task;
        for (var other = 0; other < others; other++)
        {
            using var direct = new Ledger(Table, Time);
            await AddAsync(direct, "a", "b");
            await AddAsync(direct, "a", "b");
        }

        written.SetResult();

        Assert.Equal(2, await step);
        Assert.Equal(2 + (2 * others), await StoredAsync("a"));
        Assert.Equal(2 + (2 * others), await StoredAsync("b"));
    }

    [Fact]
    public async Task A_commit_that_comes_late_does_not_count_once_the_step_was_decided_otherwise()
    {
        var ledger = NewLedger();
        await AddAsync(ledger, "row");
        var release = new TaskCompletionSource();
        var writes = 0;
        Proxy.Fault = request => !HttpMethods.IsPost(request.Method) ? StorageFault.None : Interlocked.Increment(ref writes) switch
        {
            1 => StorageFault.Late(release.Task),
            <= 1 + Retries => RefuseOthers(),
            _ => StorageFault.None,
        };

        var result = await ledger.ApplyAsync(Partition, ["row", "stop"], view =>
        {
            if (view.Exists("stop"))
            {
                return new Verdict<string>("stopped");
            }

            view.Set("row", Count, 100L);
            return new("done");
        });
        Assert.Equal("stopped", result);
        Proxy.Reset();
        release.SetResult();
        await Proxy.WaitUntilAsync(transactions => transactions.Count > 0);

        Assert.Equal(1, await StoredAsync("row"));

        StorageFault RefuseOthers()
        {
            Table.UpsertEntityAsync(new TableEntity(Partition, "stop")).Wait();
            return StorageFault.Unavailable;
        }
    }

    [Fact]
    public async Task Whatever_goes_wrong_what_is_stored_is_what_was_reported_and_at_most_what_was_not()
    {
        const int instances = 3;
        const int callers = 16;
        const int rounds = 40;
        for (var seed = 0; seed < 2; seed++)
        {
            string[] rows = [$"account{seed}", $"key{seed}"];
            var faults = new RandomFaults(seed, share: 0.25);
            var results = new ConcurrentBag<long>();
            var failed = 0;
            Proxy.Fault = faults.Next;

            await Task.WhenAll(Enumerable.Range(0, instances).Select(_ => NewLedger()).SelectMany(ledger => Enumerable.Range(0, callers).Select(async _ =>
            {
                for (var round = 0; round < rounds; round++)
                {
                    try
                    {
                        results.Add(await AddAsync(ledger, rows));
                    }
                    catch (Exception failure) when (failure is RequestFailedException or OperationCanceledException or IOException)
                    {
                        Interlocked.Increment(ref failed);
                    }
                }
            })));
            Proxy.Fault = static _ => StorageFault.None;

            var stored = await StoredAsync(rows[0]);
            Assert.Equal(instances * callers * rounds, results.Count + failed);
            Assert.True(faults.Count > 20, $"only {faults.Count} requests went wrong");
            Assert.True(stored >= results.Count && stored <= results.Count + failed, $"seed {seed}: {stored} stored, {results.Count} reported, {failed} failed");
            Assert.Equal(stored, await StoredAsync(rows[1]));
            Assert.Equal(results.Count, results.Distinct().Count());
        }
    }

    [Fact]
    public async Task A_step_that_throws_fails_alone_and_leaves_nothing_behind()
    {
        var ledger = NewLedger();
        await AddAsync(ledger, "row");
        var (before, throws, after) = await TogetherAsync(
            ledger,
            () => AddAsync(ledger, "row"),
            () => ledger.ApplyAsync<long>(Partition, ["row"], view =>
            {
                view.Set("row", Count, 1_000L);
                throw new InvalidOperationException("the step's own");
            }),
            () => AddAsync(ledger, "row"));

        Assert.Equal("the step's own", (await Assert.ThrowsAsync<InvalidOperationException>(() => throws)).Message);
        Assert.Equal((long[])[2, 3], await Task.WhenAll(before, after));
        Assert.Equal(3, await StoredAsync("row"));
    }

    [Fact]
    public async Task A_step_that_changes_a_row_it_did_not_name_fails_alone()
    {
        var ledger = NewLedger();

        await Assert.ThrowsAsync<ArgumentException>(() => ledger.ApplyAsync(Partition, ["row"], view =>
        {
            view.Set("other", Count, 1L);
            return new Verdict<bool>(true);
        }));
        Assert.Equal(1, await AddAsync(ledger, "row"));
    }

    [Fact]
    public async Task A_step_too_large_for_a_transaction_fails_alone()
    {
        const int most = 4 << 20;
        var ledger = NewLedger();
        Proxy.Fault = request => request.ContentLength > most ? StorageFault.Refused(413) : StorageFault.None;
        var (before, tooLarge, after) = await TogetherAsync(
            ledger,
            () => AddAsync(ledger, "row"),
            () => ledger.ApplyAsync(Partition, ["large"], view =>
            {
                for (var column = 0; column < 70; column++)
                {
                    view.Set("large", $"Column{column}", new byte[60_000]);
                }

                return new Verdict<long>(1);
            }),
            () => AddAsync(ledger, "row"));

        Assert.Equal(413, (await Assert.ThrowsAnyAsync<RequestFailedException>(() => tooLarge)).Status);
        Assert.Equal((long[])[1, 2], await Task.WhenAll(before, after));
    }

    [Fact]
    public async Task Steps_that_are_too_large_only_together_are_carried_out_one_by_one()
    {
        const int most = 256 << 10;
        var ledger = NewLedger();
        await AddAsync(ledger, "row");
        Proxy.Fault = request => request.ContentLength > most ? StorageFault.Refused(413) : StorageFault.None;

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(number => ledger.ApplyAsync(Partition, [$"row{number}"], view =>
        {
            view.Set($"row{number}", "Payload", new byte[50_000]);
            return new Verdict<bool>(true);
        }))), Assert.True);

        Assert.Equal(21, await Table.QueryAsync<TableEntity>().CountAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_storage_is_gone_a_step_fails_in_the_end_and_the_next_one_after_that_works(bool isSilent)
    {
        var ledger = NewLedger();
        await AddAsync(ledger, "row");
        var forever = new TaskCompletionSource();
        Proxy.Fault = _ => isSilent ? StorageFault.Held(forever.Task) : StorageFault.Unavailable;
        Time.TimerSpeed = 50;

        var failure = await Record.ExceptionAsync(() => AddAsync(ledger, "row"));

        Assert.True(failure is RequestFailedException or OperationCanceledException, $"{failure}");
        Time.TimerSpeed = 1;
        Proxy.Fault = static _ => StorageFault.None;
        forever.SetCanceled();
        Assert.InRange(await AddAsync(ledger, "row"), 2, 3);
    }

    [Fact]
    public async Task A_ledger_that_is_disposed_leaves_nobody_waiting()
    {
        var ledger = NewLedger();
        await AddAsync(ledger, "row");
        var release = new TaskCompletionSource();
        Proxy.Fault = _ => StorageFault.Held(release.Task);
        Task[] steps = [.. Enumerable.Range(0, 5).Select(_ => AddAsync(ledger, "row"))];

        ledger.Dispose();
        release.SetResult();

        await Task.WhenAll(steps.Select(step => Record.ExceptionAsync(() => step))).WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static Func<HttpRequest, StorageFault> OnWrite(int number, StorageFault fault)
    {
        var writes = 0;
        return request => HttpMethods.IsPost(request.Method) && Interlocked.Increment(ref writes) == number ? fault : StorageFault.None;
    }

    // Submits steps while another is under way, so that they share the transaction that follows it.
    private async Task<(Task<long> First, Task<long> Second, Task<long> Third)> TogetherAsync(
        Ledger ledger, Func<Task<long>> first, Func<Task<long>> second, Func<Task<long>> third)
    {
        var (began, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var next = Proxy.Fault;
        Proxy.Fault = _ =>
        {
            Proxy.Fault = next;
            began.SetResult();
            return StorageFault.Held(release.Task);
        };
        var earlier = AddAsync(ledger, "earlier");
        await began.Task;
        var steps = (first(), second(), third());
        Proxy.Reset();
        release.SetResult();
        await earlier;
        return steps;
    }
}
