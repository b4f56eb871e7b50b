using System.Globalization;
using Azure;
using Serverless.Admission;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Admission;

/// <summary>
/// One of several processes that use up one key. It says when it is ready, waits for a line, asks with 64 callers at once, and says
/// what became of it.
/// </summary>
internal static class Contender
{
    /// <summary>The argument that makes this assembly a contender.</summary>
    public const string Command = "admit";

    /// <summary>How many ask at the same time.</summary>
    public const int Callers = 64;

    /// <summary>How often each of them asks.</summary>
    public const int Rounds = 10;

    /// <summary>What it says once it may be started.</summary>
    public const string Ready = "ready";

    private const double FaultShare = 0.2;

    /// <summary>The limit of which all contenders ask.</summary>
    public static Limit Limit(string kind, long permits) => kind == nameof(TokenBucket)
        ? new TokenBucket("Contended", permits, TimeSpan.FromMinutes(1))
        : new SlidingWindow("Contended", permits, TimeSpan.FromMinutes(1));

    /// <summary>The arguments of a contender.</summary>
    /// <param name="account">The storage account.</param>
    /// <param name="key">The key.</param>
    /// <param name="limit">The limit.</param>
    /// <param name="now">What its clock shows, all the time.</param>
    /// <param name="seed">Settles what goes wrong with its storage; null for nothing.</param>
    public static IEnumerable<string> Arguments(StorageAccount account, ApiKey key, Limit limit, DateTimeOffset now, int? seed) =>
    [
        Command, account.Name, account.Key, $"{account.TablePort}", key.Reveal(), limit.GetType().Name, $"{limit.Permits}", now.ToString("O"), $"{seed}",
    ];

    /// <summary>Runs the process.</summary>
    public static async Task RunAsync(string[] arguments)
    {
        var account = new StorageAccount(arguments[0], arguments[1], QueuePort: 0, int.Parse(arguments[2], CultureInfo.InvariantCulture));
        var key = ApiKey.Parse(arguments[3], "ll_")!;
        var charge = new Charge(ChargeTo.Credential, Limit(arguments[4], long.Parse(arguments[5], CultureInfo.InvariantCulture)));
        var time = new FrozenTime(DateTimeOffset.Parse(arguments[6], CultureInfo.InvariantCulture));
        await using var proxy = await StorageProxy.StartAsync(account);
        using var ledger = new Ledger(
            StorageClients.Tables(new StorageOptions { ConnectionString = proxy.Account.ConnectionString }).GetTableClient(TableNames.Tenants), time);
        var gate = new AdmissionGate(new Ledgers(ledger, ledger), time);
        await gate.LookAsync(key, _ => [charge]);
        if (int.TryParse(arguments[7], CultureInfo.InvariantCulture, out var seed))
        {
            proxy.Fault = new RandomFaults(seed, FaultShare).Next;
        }

        await System.Console.Out.WriteLineAsync(Ready);
        await System.Console.In.ReadLineAsync();
        var answers = (await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => AskAsync(gate, key, charge)))).SelectMany(caller => caller).ToArray();
        await System.Console.Out.WriteLineAsync($"{answers.Count(answer => answer == true)} {answers.Count(answer => answer == false)} {answers.Count(answer => answer is null)}");
    }

    // Whether each request was admitted; null when nobody knows.
    private static async Task<List<bool?>> AskAsync(AdmissionGate gate, ApiKey key, Charge charge)
    {
        var answers = new List<bool?>(Rounds);
        while (answers.Count < Rounds)
        {
            try
            {
                answers.Add((await gate.AdmitAsync(key, _ => [charge])).IsAdmitted);
            }
            catch (Exception failure) when (failure is RequestFailedException or OperationCanceledException or IOException)
            {
                answers.Add(null);
            }
        }

        return answers;
    }
}
