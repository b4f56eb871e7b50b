using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using Serverless.Runs.Apps;
using Serverless.Storage;

namespace Serverless.Runs.Engine.Concurrency;

/// <summary>A run that waits until fewer are under way.</summary>
/// <param name="Run">The run.</param>
/// <param name="Limit">The most that may be under way with it, by its own copy of the app.</param>
internal readonly record struct WaitingRun(RunId Run, int Limit);

/// <summary>
/// The runs of an app that share a limit: those that are under way, and those that wait, in the order in which they were accepted. The first that waits begins as soon as
/// fewer are under way than it may be under way with. Pure: what changes is stored as a row, in the transaction that begins or ends a run.
/// </summary>
internal sealed record RunSlots
{
    /// <summary>The most runs that wait: their row has room for no more than that, and for those that are under way.</summary>
    public const int MaxWaiting = 20_000;

    /// <summary>What the keys of the rows begin with.</summary>
    public const string Prefix = "slots-";

    private const string UnderWayColumn = "UnderWay";
    private const int IdBytes = 16;
    private const int WaitingBytes = IdBytes + 1;
    private const int HashDigits = 32;

    /// <summary>None.</summary>
    public static readonly RunSlots Empty = new();

    private RunSlots()
    {
    }

    /// <summary>The runs that are under way, or are to begin.</summary>
    public ImmutableArray<RunId> UnderWay { get; private init; } = [];

    /// <summary>The runs that wait, the first one first.</summary>
    public ImmutableArray<WaitingRun> Waiting { get; private init; } = [];

    /// <summary>Whether there is no run.</summary>
    public bool IsEmpty => UnderWay.IsEmpty && Waiting.IsEmpty;

    /// <summary>The key of the row that a run belongs to; null when its app has no limit.</summary>
    public static string? KeyOf(Run run)
    {
        if (run.App.Concurrency is not { } concurrency)
        {
            return null;
        }

        var key = SHA256.HashData(Encoding.UTF8.GetBytes(NameOf(run.Inputs, concurrency)));
        return $"{Prefix}{run.App.AppId}-{Convert.ToHexStringLower(key)[..HashDigits]}";
    }

    /// <summary>What the key of an app comes to for a run, however long that is; empty where all its runs count together.</summary>
    /// <param name="inputs">The inputs of the run.</param>
    /// <param name="concurrency">What the app says.</param>
    public static string NameOf(IReadOnlyDictionary<string, string> inputs, AppConcurrency concurrency) =>
        StepTemplate.Parse(concurrency.Key ?? "").Render(place => inputs.GetValueOrDefault(place.Name) ?? "", "key", int.MaxValue);

    /// <summary>Lets a run in, or has it wait; nothing for one that is in, or waits, already.</summary>
    /// <param name="run">The run.</param>
    /// <param name="limit">The most that may be under way with it.</param>
    public RunSlots Enter(RunId run, int limit)
    {
        var place = Find(run);
        return place >= 0 || UnderWay.Contains(run) ? this : (this with { Waiting = Waiting.Insert(~place, new(run, limit)) }).Admit();
    }

    /// <summary>Whether a run waits.</summary>
    public bool HasWaiting(RunId run) => Find(run) >= 0;

    /// <summary>Lets go of a run, and those in for which there is room then.</summary>
    public RunSlots Leave(RunId run) =>
        (this with { UnderWay = UnderWay.Remove(run), Waiting = Find(run) is >= 0 and var place ? Waiting.RemoveAt(place) : Waiting }).Admit();

    /// <summary>The runs that are in here, and were not before.</summary>
    public IReadOnlyList<RunId> AdmittedSince(RunSlots before) => [.. UnderWay.Except(before.UnderWay)];

    /// <summary>Reads a row; null stands for one that is not there.</summary>
    public static RunSlots Read(TableEntity? row)
    {
        if (row is null)
        {
            return Empty;
        }

        var bytes = PayloadColumns.Read(row);
        var (underWay, waiting) = (ImmutableArray.CreateBuilder<RunId>(), ImmutableArray.CreateBuilder<WaitingRun>());
        for (var left = row.GetInt32(UnderWayColumn) ?? 0; left > 0; left--, bytes = bytes[IdBytes..])
        {
            underWay.Add(IdOf(bytes.Span));
        }

        for (; bytes.Length >= WaitingBytes; bytes = bytes[WaitingBytes..])
        {
            waiting.Add(new(IdOf(bytes.Span), bytes.Span[IdBytes]));
        }

        return new() { UnderWay = underWay.ToImmutable(), Waiting = waiting.ToImmutable() };
    }

    /// <summary>What stores it, on condition that the row is as it was read.</summary>
    /// <param name="workspace">Whose runs they are.</param>
    /// <param name="key">The key of the row.</param>
    /// <param name="before">The row as it was read; null when there was none.</param>
    public TableTransactionAction Write(string workspace, string key, TableEntity? before)
    {
        var row = new TableEntity(workspace, key) { [UnderWayColumn] = UnderWay.Length };
        if (before is not null && IsEmpty)
        {
            return new(TableTransactionActionType.Delete, row, before.ETag);
        }

        var bytes = new byte[(UnderWay.Length * IdBytes) + (Waiting.Length * WaitingBytes)];
        var rest = bytes.AsSpan();
        foreach (var run in UnderWay)
        {
            Write(run, ref rest);
        }

        foreach (var (run, limit) in Waiting)
        {
            Write(run, ref rest);
            rest[0] = (byte)limit;
            rest = rest[1..];
        }

        PayloadColumns.Write(row, bytes);
        return before is null ? new(TableTransactionActionType.Add, row) : new(TableTransactionActionType.UpdateReplace, row, before.ETag);
    }

    private static void Write(RunId run, ref Span<byte> rest)
    {
        Guid.Parse(run.Text).TryWriteBytes(rest, bigEndian: true, out _);
        rest = rest[IdBytes..];
    }

    private static RunId IdOf(ReadOnlySpan<byte> bytes) => RunId.Parse(new Guid(bytes[..IdBytes], bigEndian: true).ToString())!;

    // Where a run waits, or the complement of where it would: the ids of later runs sort before those of earlier ones.
    private int Find(RunId run)
    {
        var (from, to) = (0, Waiting.Length);
        while (from < to)
        {
            var middle = (from + to) / 2;
            switch (string.CompareOrdinal(Waiting[middle].Run.Text, run.Text))
            {
                case 0:
                    return middle;
                case > 0:
                    from = middle + 1;
                    break;
                default:
                    to = middle;
                    break;
            }
        }

        return ~from;
    }

    private RunSlots Admit()
    {
        var slots = this;
        while (slots.Waiting is [var first, ..] && slots.UnderWay.Length < first.Limit)
        {
            slots = slots with { UnderWay = slots.UnderWay.Add(first.Run), Waiting = slots.Waiting.RemoveAt(0) };
        }

        return slots;
    }
}
