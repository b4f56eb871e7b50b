namespace Serverless.Storage;

/// <summary>The ledgers of the application.</summary>
/// <param name="Tenants">Of the tenants table.</param>
/// <param name="Clients">Of the clients table.</param>
public sealed record Ledgers(Ledger Tenants, Ledger Clients);
