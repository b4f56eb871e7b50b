namespace Serverless.Alerts;

/// <summary>How it stands with an alert.</summary>
internal enum AlertStatus
{
    /// <summary>All is well, as far as is known.</summary>
    Ok,

    /// <summary>The threshold is crossed.</summary>
    Firing,

    /// <summary>It was, and is not any more: all is well again.</summary>
    Resolved,
}

/// <summary>How it stands with an alert, and up to when that is known.</summary>
/// <param name="Status">How it stands.</param>
/// <param name="Since">Since when.</param>
/// <param name="JudgedTo">The number of the five minutes that begin when the last window ends that was judged.</param>
/// <param name="Value">The value of that window; null when it has none, or none was judged yet.</param>
/// <param name="Error">Why the last windows could not be judged; null when they could.</param>
internal sealed record AlertState(AlertStatus Status, DateTimeOffset Since, long JudgedTo, decimal? Value = null, string? Error = null);

/// <summary>A change of an alert from or to <see cref="AlertStatus.Firing"/>, with the alert as it was then.</summary>
/// <param name="Rule">The alert.</param>
/// <param name="Judged">The number of the five minutes that begin when the window ends that brought it.</param>
/// <param name="HasFired">Whether the threshold is crossed; else it is not any more.</param>
/// <param name="Value">The value of the window; null when it has none.</param>
internal sealed record AlertChange(AlertRule Rule, long Judged, bool HasFired, decimal? Value)
{
    /// <summary>Its id within the workspace.</summary>
    public string Id => AlertIds.Change(Rule.Id, Judged);
}
