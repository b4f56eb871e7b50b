namespace Serverless.Tests.Hosting;

/// <summary>What a proxy does to a request in place of simply passing it on.</summary>
public sealed record StorageFault
{
    private StorageFault()
    {
    }

    /// <summary>Nothing: the request passes.</summary>
    public static StorageFault None { get; } = new();

    /// <summary>Storage does not get it; the caller gets a 503.</summary>
    public static StorageFault Unavailable { get; } = Refused(503);

    /// <summary>Storage carries it out, but the connection breaks before the caller learns of it.</summary>
    public static StorageFault ResponseLost { get; } = new() { IsAnswerLost = true };

    /// <summary>Storage gets it twice; the caller gets the first answer.</summary>
    public static StorageFault Duplicated { get; } = new() { IsDuplicated = true };

    /// <summary>Storage carries it out, and the connection breaks in the middle of the answer.</summary>
    public static StorageFault Cut { get; } = new() { IsAnswerCut = true };

    /// <summary>Storage carries it out, and the answer comes in bits.</summary>
    public static StorageFault Dripping { get; } = new() { IsAnswerDripping = true };

    /// <summary>Whether storage gets the request.</summary>
    public bool IsCarriedOut { get; private init; } = true;

    /// <summary>What the caller gets; null for the answer of storage.</summary>
    public int? Status { get; private init; }

    /// <summary>Whether the connection breaks in place of an answer.</summary>
    public bool IsAnswerLost { get; private init; }

    /// <summary>Whether the connection breaks before storage gets the request.</summary>
    public bool IsLate { get; private init; }

    /// <summary>Whether storage gets the request another time.</summary>
    public bool IsDuplicated { get; private init; }

    /// <summary>Whether the connection breaks in the middle of the answer.</summary>
    public bool IsAnswerCut { get; private init; }

    /// <summary>Whether the answer comes in bits.</summary>
    public bool IsAnswerDripping { get; private init; }

    /// <summary>When storage gets it.</summary>
    public Task Until { get; private init; } = Task.CompletedTask;

    /// <summary>Storage does not get it; the caller gets this status.</summary>
    public static StorageFault Refused(int status) => new() { IsCarriedOut = false, Status = status };

    /// <summary>Storage carries it out, but the caller gets this status.</summary>
    public static StorageFault Misreported(int status) => new() { Status = status };

    /// <summary>Storage gets it later, and its answer passes.</summary>
    public static StorageFault Held(Task until) => new() { Until = until };

    /// <summary>The connection breaks at once, and storage gets the request later all the same.</summary>
    public static StorageFault Late(Task until) => new() { IsLate = true, IsAnswerLost = true, Until = until };
}
