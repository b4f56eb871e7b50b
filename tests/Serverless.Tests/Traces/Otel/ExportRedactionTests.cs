using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Otlp.Messages;
using Serverless.Redaction;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Otel;

/// <summary>What an organization has taken out of its records is taken out of what exporters send as well: of events, of steps, and of log records.</summary>
public sealed class ExportRedactionTests(ServerlessFixture fixture) : IClassFixture<ServerlessFixture>
{
    private static readonly RedactionRules Rules = RedactionRules.None with { Emails = true, Addresses = true };

    [Fact]
    public async Task Events_and_steps_hold_nothing_of_it()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        var reader = await TraceReader.CreateAsync(fixture.Host, client);
        await SetAsync(client.Organization);
        const string Failed = "\"status\":{\"code\":2,\"message\":\"bob@example.com is unknown at 10.0.0.1\"}";
        var step = $$"""{{{SpanExport.Fields}},"spanId":"00f067aa0ba902b1","name":"ask bob@example.com","attributes":[{{SpanExport.Text("server.address", "10.0.0.1")}},{{SpanExport.Text("http.request.method", "GET")}}],{{Failed}}}""";

        using var response = await client.ExportAsync(Encoding.UTF8.GetString(SpanExport.Of(SpanExport.Span(more: Failed), step)));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var nodes = (await reader.TraceAsync("4bf92f3577b34da6a3ce929d0e0e4736", nodes: 2)).ToDictionary(node => node!["span_id"]!.GetValue<string>(), node => node!);
        Assert.Equal("[email] is unknown at [ip]", nodes["00f067aa0ba902b7"]["error_message"]!.GetValue<string>());
        var kept = nodes["00f067aa0ba902b1"];
        Assert.Equal(("ask [email]", "[email] is unknown at [ip]"), (kept["name"]!.GetValue<string>(), kept["error_message"]!.GetValue<string>()));
        Assert.Equal("""{"server.address":"[ip]","http.request.method":"GET"}""", kept["attributes"]!.ToJsonString());
    }

    [Fact]
    public async Task Entries_hold_nothing_of_it()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await SetAsync(logs.Organization);
        var record = new LogRecord { TimeUnixNano = 1_795_262_400_000_000_000, Body = new() { StringValue = "bob@example.com came" }, Attributes = { ProtobufExport.Text("client.address", "10.0.0.1") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/otel/v1/logs") { Content = ProtobufExport.Content(ProtobufExport.Of(record)) };
        request.Headers.Add("x-api-key", logs.Key);

        using var response = await fixture.Host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await logs.WaitForAsync(1);
        var entry = Assert.Single((await logs.ReadAsync())["logs"]!.AsArray())!;
        Assert.Equal(("[email] came", "[ip]"), (entry["message"]!.GetValue<string>(), entry["metadata"]!["client.address"]!.GetValue<string>()));
    }

    private async Task SetAsync(string organization) =>
        await fixture.Host.Services.GetRequiredService<AccountStore>().UpdateAsync(organization, new Dictionary<string, string> { [TenantColumns.Redaction] = Rules.ToText() });
}
