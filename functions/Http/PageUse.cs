namespace Serverless.Http;

/// <summary>What pages of other origins may do with an endpoint, as far as <see cref="CrossOrigin"/> lets their origin.</summary>
public enum PageUse
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Read from it.</summary>
    Read,

    /// <summary>Send to it what is to be kept.</summary>
    Send,
}
