namespace Serverless.Tenancy;

/// <summary>How keys begin: the surface they are for.</summary>
public static class KeyPrefix
{
    /// <summary>Keys of LuminaLog.</summary>
    public const string LuminaLog = "ll_";

    /// <summary>Keys of LumiqTrace.</summary>
    public const string LumiqTrace = "lqt_";

    /// <summary>Sessions of LumiqTrace.</summary>
    public const string Session = "lqs_";

    /// <summary>Keys of Lamina.</summary>
    public const string Lamina = "lma_";

    /// <summary>Keys of Lithtrix.</summary>
    public const string Lithtrix = "ltx_";
}
