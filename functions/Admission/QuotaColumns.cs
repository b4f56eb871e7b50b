namespace Serverless.Admission;

/// <summary>The columns of an account's monthly quotas, which the operator's usage report reads too.</summary>
public static class QuotaColumns
{
    /// <summary>Bytes of log entries.</summary>
    public const string LogBytes = "LogBytes";

    /// <summary>LLM events.</summary>
    public const string TraceEvents = "TraceEvents";

    /// <summary>Steps of traces.</summary>
    public const string TraceSteps = "TraceSteps";
}
