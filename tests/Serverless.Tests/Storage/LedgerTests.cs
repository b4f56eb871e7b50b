using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tests.Storage;

/// <summary>What a step of the ledger does, and what it costs.</summary>
public sealed class LedgerTests : LedgerTest
{
    private const string Read = "GET";
    private const string Write = "POST";

    private static readonly TimeSpan LongerThanFresh = TimeSpan.FromMilliseconds(1_001);

    [Fact]
    public async Task The_first_step_of_an_instance_reads_and_writes_and_every_other_only_writes()
    {
        await AddAsync(NewLedger(), "row");
        var ledger = NewLedger();
        Proxy.Reset();

        Assert.Equal(2, await AddAsync(ledger, "row"));
        Assert.Equal([Read, Write], Wire);
        Proxy.Reset();

        Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(3, await AddAsync(ledger, "row"));
        Assert.Equal(4, await AddAsync(ledger, "row"));
        Assert.Equal([Write, Write], Wire);
        Assert.Equal(4, await StoredAsync("row"));
    }

    [Fact]
    public async Task A_step_with_several_rows_takes_one_transaction()
    {
        var ledger = NewLedger();
        await AddAsync(ledger, "a", "b", "c");
        Proxy.Reset();

        await AddAsync(ledger, "a", "b", "c");

        Assert.Equal([Write], Wire);
        Assert.Equal((long[])[2, 2, 2], await AllStoredAsync("a", "b", "c"));
    }

    [Fact]
    public async Task A_step_is_done_again_as_a_whole_when_one_of_its_rows_was_changed_elsewhere()
    {
        var (ledger, other) = (NewLedger(), NewLedger());
        await AddAsync(ledger, "a", "b");
        await AddAsync(other, "b");

        Assert.Equal(2, await AddAsync(ledger, "a", "b"));

        Assert.Equal((long[])[2, 3], await AllStoredAsync("a", "b"));
    }

    [Fact]
    public async Task A_row_that_is_only_required_guards_the_step_and_keeps_its_columns()
    {
        var (ledger, other) = (NewLedger(), NewLedger());
        await AddAsync(ledger, "guard");
        var step = () => ledger.ApplyAsync(Partition, ["guard", "row"], view =>
        {
            view.Require("guard");
            view.Set("row", Count, view.Get<long>("guard", Count));
            return new Verdict<long>(view.Get<long>("guard", Count));
        });
        Assert.Equal(1, await step());
        await AddAsync(other, "guard");

        Assert.Equal(2, await step());

        Assert.Equal((long[])[2, 2], await AllStoredAsync("guard", "row"));
    }

    [Fact]
    public async Task A_row_that_is_taken_to_be_new_is_not_looked_for_and_seen_all_the_same_if_it_is_there()
    {
        var (ledger, other) = (NewLedger(), NewLedger());
        await AddAsync(ledger, "known");
        Proxy.Reset();
        Assert.False(await AddOnceAsync(ledger, "new"));
        Assert.Equal([Write], Wire);
        await AddAsync(other, "known");
        Proxy.Reset();

        Assert.True(await AddOnceAsync(other, "new"));

        Assert.Equal([Write, Read, Write], Wire);
        Assert.Equal((long[])[4, 1], await AllStoredAsync("known", "new"));
    }

    [Fact]
    public async Task Of_many_that_take_the_same_row_to_be_new_one_is_right()
    {
        Ledger[] ledgers = [NewLedger(), NewLedger()];
        foreach (var ledger in ledgers)
        {
            await AddAsync(ledger, "known");
        }

        var existed = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => AddOnceAsync(ledgers[number % 2], "new")));

        Assert.Equal(1, existed.Count(exists => !exists));
        Assert.Equal((long[])[22, 1], await AllStoredAsync("known", "new"));
    }

    [Fact]
    public async Task Of_two_that_create_a_row_one_wins_and_the_other_sees_it()
    {
        Ledger[] ledgers = [NewLedger(), NewLedger()];
        for (var round = 0; round < 20; round++)
        {
            var row = $"row{round}";

            var existed = await Task.WhenAll(ledgers.Select(ledger => ledger.ApplyAsync(Partition, [row], view =>
            {
                var exists = view.Exists(row);
                if (!exists)
                {
                    view.Set(row, Count, 1L);
                }

                return new Verdict<bool>(exists);
            })));

            Assert.Equal([false, true], existed.Order());
        }
    }

    [Fact]
    public async Task A_refusal_on_what_was_just_seen_costs_nothing_and_later_on_it_is_looked_up()
    {
        var (ledger, other) = (NewLedger(), NewLedger());
        await AddAsync(ledger, "row");
        Proxy.Reset();

        Assert.Equal(1, await LookAsync(ledger, "row"));
        Assert.Empty(Wire);

        await AddAsync(other, "row");
        Proxy.Reset();
        Time.Advance(LongerThanFresh);
        Assert.Equal(2, await LookAsync(ledger, "row"));
        Assert.Equal(2, await LookAsync(ledger, "row"));
        Assert.Equal([Read], Wire);
    }

    [Fact]
    public async Task A_refusal_that_needs_a_look_gets_one_however_recently_its_row_was_seen()
    {
        var (ledger, other) = (NewLedger(), NewLedger());
        await AddAsync(ledger, "row");
        await AddAsync(other, "row");
        Proxy.Reset();

        Assert.Equal(2, await LookAsync(ledger, "row", needsLook: true));
        Assert.Equal([Read], Wire);
    }

    [Fact]
    public async Task A_provisional_result_costs_nothing_however_old_it_is()
    {
        var ledger = NewLedger();
        await AddAsync(ledger, "row");
        Time.Advance(TimeSpan.FromMinutes(9));
        Proxy.Reset();

        Assert.Equal(1, await LookAsync(ledger, "row", isProvisional: true));

        Assert.Empty(Wire);
    }

    [Fact]
    public async Task A_row_that_does_not_exist_is_not_remembered()
    {
        var ledger = NewLedger();
        for (var number = 0; number < 100; number++)
        {
            await LookAsync(ledger, $"row{number}");
        }

        Assert.Equal(0, ledger.RememberedRows);
        await AddAsync(NewLedger(), "row7");
        Assert.Equal(1, await LookAsync(ledger, "row7"));
    }

    [Fact]
    public async Task A_row_that_was_deleted_elsewhere_is_created_anew()
    {
        var ledger = NewLedger();
        await AddAsync(ledger, "row");
        await AddAsync(ledger, "row");
        await Table.DeleteEntityAsync(Partition, "row", ETag.All);

        Assert.Equal(1, await AddAsync(ledger, "row"));
        Assert.Equal(1, await StoredAsync("row"));
    }

    [Fact]
    public async Task Only_so_many_rows_are_remembered_and_those_that_are_not_count_all_the_same()
    {
        const int max = 50;
        var ledger = NewLedger(max);
        for (var turn = 1; turn <= 2; turn++)
        {
            var rows = Enumerable.Range(0, 3 * max).Select(number => $"row{number}").ToArray();
            Assert.All(await Task.WhenAll(rows.Select(row => AddAsync(ledger, row))), count => Assert.Equal(turn, count));

            // Give or take those that are being replaced while others are being removed.
            Assert.InRange(ledger.RememberedRows, 1, max + (max / 10));
        }
    }

    [Fact]
    public async Task More_rows_than_a_transaction_takes_are_split()
    {
        var ledger = NewLedger();
        var counts = await Task.WhenAll(Enumerable.Range(0, 350).Select(number => AddAsync(ledger, $"row{number}", $"row{number + 1}")));

        Assert.Equal(350, counts.Length);
        Assert.Equal((long[])[1, 2, 2, 1], await AllStoredAsync("row0", "row1", "row349", "row350"));
        Assert.Equal(700, await Table.QueryAsync<TableEntity>().Select(row => row.GetInt64(Count)!.Value).SumAsync());
    }

    [Fact]
    public async Task Sixty_four_callers_of_one_row_take_a_tenth_of_a_transaction_each_at_most()
    {
        const int callers = 64;
        const int rounds = 10;
        var ledger = NewLedger();
        await AddAsync(ledger, "account", "key");
        Proxy.Reset();

        await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            for (var round = 0; round < rounds; round++)
            {
                await AddAsync(ledger, "account", "key");
            }
        }));

        Assert.Equal((callers * rounds) + 1, await StoredAsync("account"));
        Assert.InRange(Wire.Count(), 1, callers * rounds / 10);
        Assert.DoesNotContain(Read, Wire);
    }

    // Counts on a row, and once for another. Returns whether the other was there.
    private static Task<bool> AddOnceAsync(Ledger ledger, string row) => ledger.ApplyAsync(Partition, ["known", row], [row], view =>
    {
        var exists = view.Exists(row);
        view.Set("known", Count, view.Get<long>("known", Count) + 1);
        if (!exists)
        {
            view.Set(row, Count, 1L);
        }

        return new Verdict<bool>(exists);
    });
}
