namespace Serverless.Ingestion.Chunks;

/// <summary>What it takes to answer a question: how many rows were read, opened and passed over. Counted while it is answered.</summary>
public sealed class ReadCost
{
    /// <summary>How many chunks were looked at that stand by themselves.</summary>
    public int Chunks { get; set; }

    /// <summary>How many heads of segments were read.</summary>
    public int Segments { get; set; }

    /// <summary>How many rows of indexes were read.</summary>
    public int IndexRows { get; set; }

    /// <summary>How many chunks and blocks were passed over, because their terms showed that they hold nothing.</summary>
    public int Skipped { get; set; }

    /// <summary>How many chunks and blocks were opened.</summary>
    public int Opened { get; set; }

    /// <summary>When the newest segment was written that the first page of heads showed, by the table's clock: one that is younger was not there then.</summary>
    public DateTimeOffset SegmentsAsOf { get; set; } = DateTimeOffset.UnixEpoch;
}
