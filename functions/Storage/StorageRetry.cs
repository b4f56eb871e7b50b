using System.Net.Sockets;
using Azure;
using Azure.Identity;

namespace Serverless.Storage;

/// <summary>What to make of a transaction that failed.</summary>
internal static class StorageRetry
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether the rows have to be looked at to know if it was carried out.</summary>
    public static bool MayHaveLanded(Exception failure) => failure switch
    {
        RequestFailedException { Status: 400 or 401 or 403 or 413 } => false,
        AggregateException several => several.InnerExceptions.Any(MayHaveLanded),
        _ => failure is RequestFailedException or OperationCanceledException or IOException,
    };

    /// <summary>
    /// Whether the account cannot be reached, answers too late or refuses everybody, so that the same will succeed once that is over. A row or a
    /// queue message that is refused for what it is does not count among it, nor one that is not there.
    /// </summary>
    public static bool IsOutage(Exception failure) => failure switch
    {
        RequestFailedException { ErrorCode: "TableNotFound" or "TableBeingDeleted" or "QueueNotFound" or "QueueBeingDeleted" } => true,
        RequestFailedException { Status: 400 or 404 or 409 or 412 or 413 } => false,
        AggregateException several => several.InnerExceptions.Any(IsOutage),
        _ => failure is RequestFailedException or AuthenticationFailedException or OperationCanceledException or TimeoutException
            or IOException or SocketException or HttpRequestException,
    };

    /// <summary>Whether somebody else has changed the rows, so that it cannot be carried out any more.</summary>
    public static bool IsConflict(Exception failure) => failure is RequestFailedException { Status: 409 or 412 };

    /// <summary>How long to wait before the next one. At random, so that instances get out of step with each other.</summary>
    public static TimeSpan Pause(int round)
    {
        var longest = Math.Min(LongestPause.TotalMilliseconds, FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(round, 10)));
        return TimeSpan.FromMilliseconds(longest * Random.Shared.NextDouble());
    }
}
