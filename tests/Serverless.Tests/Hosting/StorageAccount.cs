namespace Serverless.Tests.Hosting;

/// <summary>A storage account of the emulator.</summary>
public sealed record StorageAccount(string Name, string Key, int QueuePort, int TablePort)
{
    private readonly StorageAccount? _direct;

    /// <summary>The same account, past any proxy.</summary>
    public StorageAccount Direct
    {
        get => _direct ?? this;
        init => _direct = value;
    }

    /// <summary>How to reach it.</summary>
    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Name};AccountKey={Key};"
        + $"QueueEndpoint=http://127.0.0.1:{QueuePort}/{Name};TableEndpoint=http://127.0.0.1:{TablePort}/{Name}";
}
