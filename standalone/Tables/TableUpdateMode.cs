namespace Azure.Data.Tables;

/// <summary>What a write does with properties the row already has.</summary>
public enum TableUpdateMode
{
    /// <summary>Properties that are not sent stay as they are.</summary>
    Merge = 0,

    /// <summary>Properties that are not sent are removed.</summary>
    Replace = 1,
}
