using Azure.Core;
using Azure.Core.Pipeline;

namespace Azure.Data.Tables.Wire;

/// <summary>An account's table service: where it is, and the pipeline that signs, retries and sends requests to it.</summary>
internal sealed class TableEndpoint
{
    private const string StorageScope = "https://storage.azure.com/.default";

    private readonly HttpPipeline _pipeline;
    private readonly string _version;
    private readonly string _root;

    /// <summary>Reaches the account by its key.</summary>
    public TableEndpoint(Uri address, TableSharedKeyCredential credential, TableClientOptions? options)
        : this(address, credential?.AccountName ?? throw new ArgumentNullException(nameof(credential)), new SharedKeyPolicy(credential), options)
    {
    }

    /// <summary>Reaches the account as a Microsoft Entra identity.</summary>
    public TableEndpoint(Uri address, TokenCredential credential, TableClientOptions? options)
        : this(address, AccountOf(address), new BearerTokenAuthenticationPolicy(credential, StorageScope), options)
    {
    }

    private TableEndpoint(Uri address, string accountName, HttpPipelinePolicy authentication, TableClientOptions? options)
    {
        ArgumentNullException.ThrowIfNull(address);
        options ??= new TableClientOptions();
        Address = address;
        AccountName = accountName;
        _root = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _version = options.Version;
        _pipeline = HttpPipelineBuilder.Build(new HttpPipelineOptions(options) { PerRetryPolicies = { authentication } });
    }

    /// <summary>The address of the account's table service.</summary>
    public Uri Address { get; }

    /// <summary>The storage account's name.</summary>
    public string AccountName { get; }

    /// <summary>Reaches the account a connection string leads to.</summary>
    public static TableEndpoint Parse(string connectionString, TableClientOptions? options)
    {
        var (address, credential) = TableConnectionString.Parse(connectionString);
        return new(address, credential, options);
    }

    /// <summary>The address of something in the account.</summary>
    /// <param name="path">Its path and query below the endpoint, escaped.</param>
    public Uri Locate(string path) => new($"{_root}/{path}");

    /// <summary>Sends one operation.</summary>
    /// <exception cref="RequestFailedException">The service answered with a status the operation does not expect.</exception>
    public async Task<Response> SendAsync(TableOperation operation, CancellationToken cancellationToken)
    {
        using var message = _pipeline.CreateMessage();
        message.ResponseClassifier = operation.Expected;
        var request = message.Request;
        request.Method = operation.Method;
        request.Uri.Reset(Locate(operation.Path));
        request.Headers.SetValue("x-ms-version", _version);
        foreach (var (name, value) in operation.Headers())
        {
            request.Headers.SetValue(name, value);
        }

        if (!operation.Body.IsEmpty)
        {
            request.Content = RequestContent.Create(operation.Body);
        }

        await _pipeline.SendAsync(message, cancellationToken);
        // Asked of the classifier, not of Response.IsError: a policy that answers by itself does not set that.
        return operation.Expected.IsErrorResponse(message) ? throw TableError.ToException(message.Response) : message.Response;
    }

    // account.table.core.windows.net, or 127.0.0.1:10002/account for the emulator.
    private static string AccountOf(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.HostNameType == UriHostNameType.Dns && address.Host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
            ? address.Host[..dot]
            : address.Segments.ElementAtOrDefault(1)?.TrimEnd('/') ?? "";
    }
}
