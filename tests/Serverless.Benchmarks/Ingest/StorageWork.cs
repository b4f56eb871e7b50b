using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Ingest;

/// <summary>What an application asked of its storage in one pass, counted on the wire.</summary>
/// <param name="Transactions">All of it, the polls of idle listeners left out.</param>
/// <param name="Admissions">Entity-group transactions: of logs, each is an admission.</param>
/// <param name="Messages">Messages sent.</param>
/// <param name="Rows">Rows written by themselves: of logs, each is a chunk or a staged part.</param>
internal sealed record StorageWork(int Transactions, int Admissions, int Messages, int Rows)
{
    /// <summary>Counts.</summary>
    public static StorageWork Of(IReadOnlyList<StorageTransaction> transactions) => new(
        transactions.Count,
        transactions.Count(transaction => transaction is { Service: "table", Method: "POST" }),
        transactions.Count(transaction => transaction is { Service: "queue", Method: "POST" }),
        transactions.Count(transaction => transaction is { Service: "table", Method: "PUT" or "PATCH" }));
}
