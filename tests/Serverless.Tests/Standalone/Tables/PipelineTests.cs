using System.Diagnostics.CodeAnalysis;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace Serverless.Tests.Standalone.Tables;

public sealed class PipelineTests(AccountFixture account) : TableTest(account)
{
    [Fact]
    public async Task A_wrong_key_is_forbidden()
    {
        var wrongKey = new TableSharedKeyCredential(Account.AccountName, Convert.ToBase64String(new byte[64]));
        var client = new TableClient(Account.TableEndpoint, Table.Name, wrongKey);

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => client.AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal(403, failure.Status);
        wrongKey.SetAccountKey(Account.AccountKey);
        Assert.Equal(204, (await client.AddEntityAsync(new TableEntity("p", "r"))).Status);
    }

    [Fact]
    public async Task Every_operation_passes_a_policy_once()
    {
        var policy = new Interceptor();
        var table = TableWith(policy);

        await table.CreateIfNotExistsAsync();
        var etag = (await table.AddEntityAsync(new TableEntity("p", "r"))).Headers.ETag!.Value;
        await table.UpdateEntityAsync(new TableEntity("p", "r"), etag);
        await table.UpsertEntityAsync(new TableEntity("p", "r"));
        await table.SubmitTransactionAsync([new(TableTransactionActionType.UpsertMerge, new TableEntity("p", "s"))]);
        await table.GetEntityAsync<TableEntity>("p", "r");
        await table.QueryAsync<TableEntity>(maxPerPage: 1).ToListAsync();
        await table.DeleteEntityAsync("p", "r");

        Assert.Equal(["POST", "POST", "PATCH", "PATCH", "POST", "GET", "GET", "GET", "DELETE"], policy.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task A_request_says_which_protocol_it_speaks_and_asks_for_no_content()
    {
        var policy = new Interceptor();

        await TableWith(policy).AddEntityAsync(new TableEntity("p", "r"));

        var headers = Assert.Single(policy.Requests).Headers;
        Assert.Equal("2020-12-06", headers["x-ms-version"]);
        Assert.Equal("3.0", headers["DataServiceVersion"]);
        Assert.Equal("application/json;odata=minimalmetadata", headers["Accept"]);
        Assert.Equal("application/json;odata=nometadata", headers["Content-Type"]);
        Assert.Equal("return-no-content", headers["Prefer"]);
    }

    [Fact]
    public async Task Keys_are_escaped_in_the_address()
    {
        var policy = new Interceptor((204, ""));

        await TableWith(policy).DeleteEntityAsync("it's/é", "a?b#c\\..");

        Assert.Equal(
            $"/{Account.AccountName}/{Table.Name}(PartitionKey='it%27%27s%2F%C3%A9',RowKey='a%3Fb%23c%5C..')",
            Assert.Single(policy.Requests).Address.PathAndQuery);
    }

    [Theory]
    [InlineData(TableClientOptions.ServiceVersion.V2019_02_02, "2019-02-02")]
    [InlineData(TableClientOptions.ServiceVersion.V2020_12_06, "2020-12-06")]
    public async Task The_options_choose_the_protocol(TableClientOptions.ServiceVersion version, string header)
    {
        var policy = new Interceptor();
        var options = new TableClientOptions(version);
        options.AddPolicy(policy, HttpPipelinePosition.PerCall);

        await new TableServiceClient(Account.ConnectionString, options).QueryAsync().ToListAsync();

        Assert.Equal(header, Assert.Single(policy.Requests).Headers["x-ms-version"]);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TableClientOptions((TableClientOptions.ServiceVersion)3));
    }

    [Fact]
    public async Task A_busy_service_is_asked_again()
    {
        var policy = new Interceptor((503, ""), (503, ""));

        var added = await TableWith(policy).AddEntityAsync(new TableEntity("p", "r") { ["N"] = 1 });

        Assert.Equal((204, 3), (added.Status, policy.Requests.Count));
        Assert.Equal(1, (await Table.GetEntityAsync<TableEntity>("p", "r")).Value.GetInt32("N"));
    }

    [Fact]
    public async Task A_transaction_is_sent_again_as_it_was()
    {
        var policy = new Interceptor((503, ""));

        var response = await TableWith(policy).SubmitTransactionAsync([new(TableTransactionActionType.Add, new TableEntity("p", "r"))]);

        Assert.Equal((204, 2), (Assert.Single(response.Value).Status, policy.Requests.Count));
    }

    [Fact]
    public async Task A_service_that_stays_busy_is_an_error_after_the_last_try()
    {
        var busy = (503, """{"odata.error":{"code":"ServerBusy","message":{"lang":"en-US","value":"Later."}}}""");
        var policy = new Interceptor([.. Enumerable.Repeat(busy, 4)]);

        var failure = await Fails(503, "ServerBusy", () => TableWith(policy).AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal(4, policy.Requests.Count);
        Assert.StartsWith("Later.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_conflict_while_the_table_is_being_deleted_is_not_swallowed()
    {
        var policy = new Interceptor(
            (409, """{"odata.error":{"code":"TableBeingDeleted","message":{"value":"Try later."}}}"""));

        await Fails(409, "TableBeingDeleted", () => TableWith(policy).CreateIfNotExistsAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>proxy</html>")]
    [InlineData("[]")]
    [InlineData("""{"odata.error":{}}""")]
    public async Task An_error_without_a_readable_body_still_has_its_status(string body)
    {
        var policy = new Interceptor((400, body));

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => TableWith(policy).AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal((400, null), (failure.Status, failure.ErrorCode));
    }

    [Fact]
    public async Task A_transaction_refused_as_such_is_not_a_failed_action()
    {
        var policy = new Interceptor(
            (413, """{"odata.error":{"code":"ContentLengthExceeded","message":{"value":"Too large."}}}"""));

        var failure = await Fails(413, "ContentLengthExceeded", () => TableWith(policy).SubmitTransactionAsync(
            [new(TableTransactionActionType.Add, new TableEntity("p", "r"))]));

        Assert.IsNotType<TableTransactionFailedException>(failure);
    }

    [Fact]
    public async Task An_identity_asks_for_a_storage_token_and_needs_https()
    {
        var identity = new FixedToken();
        var options = new TableClientOptions { Transport = new CannedTransport(), Retry = { MaxRetries = 0 } };
        var secure = new TableServiceClient(new Uri("https://account.table.core.windows.net"), identity, options);
        var insecure = new TableServiceClient(Account.TableEndpoint, identity, options);

        var deleted = await secure.DeleteTableAsync("logs");

        Assert.Equal(("account", 204), (secure.AccountName, deleted.Status));
        Assert.Equal(Account.AccountName, insecure.AccountName);
        Assert.Equal(["https://storage.azure.com/.default"], identity.Scopes);
        await Assert.ThrowsAsync<InvalidOperationException>(() => insecure.DeleteTableAsync("logs"));
    }

    /// <summary>Notes the requests that pass; answers the first ones itself, as long as it has answers.</summary>
    private sealed class Interceptor(params (int Status, string Body)[] answers) : HttpPipelinePolicy
    {
        private readonly Queue<(int Status, string Body)> _answers = new(answers);

        public List<(string Method, Uri Address, Dictionary<string, string> Headers)> Requests { get; } = [];

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            var request = message.Request;
            Requests.Add((request.Method.Method, request.Uri.ToUri(), request.Headers.ToDictionary(header => header.Name, header => header.Value)));
            if (_answers.TryDequeue(out var answer))
            {
                message.Response = new CannedResponse(answer.Status, answer.Body);
            }
            else
            {
                await ProcessNextAsync(message, pipeline);
            }
        }
    }

    private sealed class CannedTransport : HttpPipelineTransport
    {
        public override Request CreateRequest() => HttpClientTransport.Shared.CreateRequest();

        public override void Process(HttpMessage message) => throw new NotSupportedException();

        public override ValueTask ProcessAsync(HttpMessage message)
        {
            message.Response = new CannedResponse(message.Request.Headers.TryGetValue("Authorization", out var token) && token == "Bearer token" ? 204 : 401, "");
            return ValueTask.CompletedTask;
        }
    }

    private sealed class FixedToken : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.AddRange(requestContext.Scopes);
            return ValueTask.FromResult(new AccessToken("token", DateTimeOffset.UtcNow.AddHours(1)));
        }
    }

    private sealed class CannedResponse(int status, string body) : Response
    {
        public override int Status => status;

        public override string ReasonPhrase => "";

        // The transport sets this on real responses, and only an error is tried again.
        public override bool IsError => status >= 400;

        public override Stream? ContentStream { get; set; } = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(body));

        public override string ClientRequestId { get; set; } = "";

        public override void Dispose()
        {
        }

        protected override bool ContainsHeader(string name) => false;

        protected override IEnumerable<HttpHeader> EnumerateHeaders() => [];

        protected override bool TryGetHeader(string name, [NotNullWhen(true)] out string? value)
        {
            value = null;
            return false;
        }

        protected override bool TryGetHeaderValues(string name, [NotNullWhen(true)] out IEnumerable<string>? values)
        {
            values = null;
            return false;
        }
    }
}
