using Azure.Data.Tables;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Storage;

/// <summary>A test with a table of its own behind a proxy, and ledgers of it.</summary>
public abstract class LedgerTest : IAsyncLifetime
{
    /// <summary>The partition that tests use when any will do.</summary>
    protected const string Partition = "partition";

    /// <summary>The column that tests count in.</summary>
    protected const string Count = "Count";

    private const string TableName = "ledger";

    private readonly List<Ledger> _ledgers = [];

    /// <summary>Counts what goes over the wire, and lets it go wrong.</summary>
    protected StorageProxy Proxy { get; private set; } = null!;

    /// <summary>The table, past the proxy.</summary>
    protected TableClient Table { get; private set; } = null!;

    /// <summary>Shows the time to the ledgers; moved by tests alone.</summary>
    protected FrozenTime Time { get; } = new(new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        Proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        Table = new TableClient(Proxy.Account.Direct.ConnectionString, TableName);
        await Table.CreateAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        _ledgers.ForEach(ledger => ledger.Dispose());
        await Proxy.DisposeAsync();
    }

    /// <summary>The ledger of one more instance.</summary>
    protected Ledger NewLedger(int maxRememberedRows = 50_000)
    {
        // As many retries as in the application, but sooner.
        var options = new TableClientOptions { Retry = { Delay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(1), MaxRetries = 3 } };
        var ledger = new Ledger(new TableClient(Proxy.Account.ConnectionString, TableName, options), Time, maxRememberedRows);
        _ledgers.Add(ledger);
        return ledger;
    }

    /// <summary>Adds one to the count of rows.</summary>
    /// <returns>The count of the first.</returns>
    protected static Task<long> AddAsync(Ledger ledger, params string[] rows) => ledger.ApplyAsync(Partition, rows, view =>
    {
        foreach (var row in rows)
        {
            view.Set(row, Count, view.Get<long>(row, Count) + 1);
        }

        return new Verdict<long>(view.Get<long>(rows[0], Count));
    });

    /// <summary>Asks for the count of a row, and changes nothing.</summary>
    protected static Task<long> LookAsync(Ledger ledger, string row, bool isProvisional = false, bool needsLook = false) =>
        ledger.ApplyAsync(Partition, [row], view => new Verdict<long>(view.Get<long>(row, Count), isProvisional, needsLook));

    /// <summary>The count that is stored.</summary>
    protected async Task<long> StoredAsync(string row)
    {
        var entity = await Table.GetEntityIfExistsAsync<TableEntity>(Partition, row);
        return entity.HasValue ? entity.Value!.GetInt64(Count) ?? 0 : 0;
    }

    /// <summary>The counts that are stored.</summary>
    protected Task<long[]> AllStoredAsync(params IEnumerable<string> rows) => Task.WhenAll(rows.Select(StoredAsync));

    /// <summary>What went over the wire since the last reset.</summary>
    protected IEnumerable<string> Wire => Proxy.Transactions.Select(transaction => transaction.Method);
}
