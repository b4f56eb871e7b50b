namespace Serverless.Settings;

/// <summary>A setting that refers to a secret in Azure Key Vault.</summary>
internal static class VaultReference
{
    private const string Start = "@Microsoft.KeyVault(";

    /// <summary>
    /// Whether a setting is still the reference: Azure leaves it there when it cannot read the vault. As a key it would be one that anybody
    /// could guess.
    /// </summary>
    public static bool IsUnresolved(string setting) => setting.StartsWith(Start, StringComparison.OrdinalIgnoreCase);
}
