namespace Azure.Data.Tables.Wire;

/// <summary>Where a connection string leads, and the key to it.</summary>
internal sealed record TableConnectionString(Uri Endpoint, TableSharedKeyCredential Credential)
{
    // The emulator's account and key are public, the same for everyone.
    private const string DevelopmentAccount = "devstoreaccount1";
    private const string DevelopmentKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private const int DevelopmentPort = 10002;

    /// <summary>Reads a connection string.</summary>
    /// <exception cref="InvalidOperationException">It is not a list of name=value, or names something twice.</exception>
    /// <exception cref="ArgumentException">It does not say which account to use, where it is and by which key.</exception>
    public static TableConnectionString Parse(string connectionString)
    {
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        var settings = Settings(connectionString);

        if (settings.GetValueOrDefault("UseDevelopmentStorage") == "true")
        {
            return DevelopmentStorage(settings.GetValueOrDefault("DevelopmentStorageProxyUri"));
        }

        return settings.TryGetValue("AccountName", out var name) && settings.TryGetValue("AccountKey", out var key) && Locate(settings, name) is { } endpoint
            ? new(endpoint, new TableSharedKeyCredential(name, key))
            : throw new ArgumentException(
                "The connection string must name AccountName, AccountKey and either EndpointSuffix or TableEndpoint, or UseDevelopmentStorage=true.",
                nameof(connectionString));
    }

    private static Dictionary<string, string> Settings(string connectionString)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in connectionString.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var pair = setting.Split('=', 2, StringSplitOptions.TrimEntries);
            if (pair is not [{ Length: > 0 } name, { Length: > 0 } value])
            {
                // The setting may be a key: name it only as far as its name goes.
                throw new InvalidOperationException($"The connection string's setting '{pair[0]}' is not of the form name=value.");
            }

            if (!settings.TryAdd(name, value))
            {
                throw new InvalidOperationException($"The connection string names '{name}' twice.");
            }
        }

        return settings;
    }

    private static TableConnectionString DevelopmentStorage(string? proxy)
    {
        var address = new UriBuilder(proxy ?? "http://127.0.0.1") { Port = DevelopmentPort, Path = DevelopmentAccount };
        return new(address.Uri, new TableSharedKeyCredential(DevelopmentAccount, DevelopmentKey));
    }

    private static Uri? Locate(Dictionary<string, string> settings, string account)
    {
        if (settings.TryGetValue("TableEndpoint", out var endpoint))
        {
            return new Uri(endpoint, UriKind.Absolute);
        }

        return settings.TryGetValue("EndpointSuffix", out var suffix)
            ? new Uri($"{settings.GetValueOrDefault("DefaultEndpointsProtocol", "https")}://{account}.table.{suffix}")
            : null;
    }
}
