namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a timer function is told.</summary>
public class TimerInfo
{
    /// <summary>Where the schedule stands; null when it is not monitored.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether this execution makes up for one that was missed.</summary>
    public bool IsPastDue { get; set; }
}

/// <summary>Where a schedule stands, in UTC.</summary>
public class ScheduleStatus
{
    /// <summary>The occurrence before this one.</summary>
    public DateTime Last { get; set; }

    /// <summary>The occurrence after this one.</summary>
    public DateTime Next { get; set; }

    /// <summary>When this status was recorded.</summary>
    public DateTime LastUpdated { get; set; }
}
