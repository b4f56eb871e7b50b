namespace Serverless.Storage;

/// <summary>Row keys from one, included, up to another, excluded.</summary>
public readonly record struct RowKeyRange(string From, string To);
