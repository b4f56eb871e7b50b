using Microsoft.Extensions.Logging;

namespace Serverless.Alerts;

/// <summary>Has endpoints told of a change of an alert. Of one that is announced again, they know the id.</summary>
/// <param name="workspace">Whose alert it is.</param>
/// <param name="change">The id of the change.</param>
/// <param name="cancellationToken">Gives up.</param>
public delegate Task AnnounceChange(string workspace, string change, CancellationToken cancellationToken);

/// <summary>
/// Announces the changes of alerts. A change is stored before it is announced, together with the note that this is still to be done: whatever is cut short between the two
/// is done by the next evaluation.
/// </summary>
public sealed partial class AlertAnnouncements(AnnounceChange announce, AlertStore store, ILogger<AlertAnnouncements> logger)
{
    /// <summary>Announces what may not have been announced yet. The note of it stays in the row.</summary>
    internal async Task SendAsync(StoredAlert alert, CancellationToken cancellationToken)
    {
        foreach (var change in alert.Unannounced)
        {
            await announce(alert.Rule.Workspace, change, cancellationToken);
        }
    }

    /// <summary>Announces the same, if that is possible at this moment.</summary>
    /// <returns>Whether it was.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal async Task<bool> TrySendAsync(StoredAlert alert, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(alert, cancellationToken);
            return true;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.NotSent(logger, failure, alert.Rule.Workspace, alert.Rule.Id);
            return false;
        }
    }

    /// <summary>Announces what has just been stored, and takes the note of it back.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal async Task SendAndNoteAsync(StoredAlert alert, CancellationToken cancellationToken)
    {
        if (await TrySendAsync(alert, cancellationToken))
        {
            // Whoever has changed the alert meanwhile has kept the note, and it is announced once more.
            await store.TryNoteAnnouncedAsync(alert, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Changes of the alert {Alert} of {Workspace} could not be announced; the next evaluation tries again")]
        public static partial void NotSent(ILogger logger, Exception failure, string workspace, string alert);
    }
}
