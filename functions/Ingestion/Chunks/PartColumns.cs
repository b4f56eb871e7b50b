namespace Serverless.Ingestion.Chunks;

/// <summary>What the rows of staged parts have beside their payload.</summary>
internal static class PartColumns
{
    /// <summary>On a batch's first part only: the row key of the chunk the parts belong to, <see cref="Nobody"/> until it is stored.</summary>
    public const string UsedBy = "UsedBy";

    /// <summary>The chunk has not been stored so far.</summary>
    public const string Nobody = "";

    /// <summary>How many are read at a time: a part is up to a megabyte.</summary>
    public const int PerPage = 2;
}
