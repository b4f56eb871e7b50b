namespace Serverless.Outbound;

/// <summary>A request to an address that a user named came to nothing. The message says why, in words that the user may read.</summary>
public class OutboundFailedException(string reason, Exception? cause = null) : Exception(reason, cause);

/// <summary>It was not sent, because it may not go there. Trying again does not help.</summary>
public sealed class OutboundRefusedException(string reason) : OutboundFailedException(reason);
