using System.Net;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Operator;

/// <summary>A key that was rotated, as time passes.</summary>
public sealed class KeyGraceTests
{
    [Fact]
    public async Task A_rotated_key_works_until_its_grace_ends()
    {
        var time = new ShiftedTime();
        await using var host = await OperatorClient.StartHostAsync(time: time);
        var client = new OperatorClient(host.Client);
        var path = $"organizations/{await client.CreateOrganizationAsync()}/keys";
        var key = await client.CreateAsync(path, """{"prefix":"ll_","name":"x","requestsPerMinute":5,"scopes":["a"]}""");
        var replacement = await client.CreateAsync($"{path}/{key["id"]}/rotate", """{"graceSeconds":600}""");
        Assert.Equal(("5", "a"), (replacement["requestsPerMinute"]!.ToString(), replacement["scopes"]![0]!.ToString()));

        var old = new LogClient(host.Client, key["key"]!.GetValue<string>(), host.Account);
        await old.AcceptAsync(LogEntries.Simple());
        time.Advance(TimeSpan.FromSeconds(590));
        await old.AcceptAsync(LogEntries.Simple());
        time.Advance(TimeSpan.FromSeconds(11));
        using var response = await old.PostAsync("""{"logs":[]}""");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        await new LogClient(host.Client, replacement["key"]!.GetValue<string>(), host.Account).AcceptAsync(LogEntries.Simple());
        var listed = (await client.ListAsync(path)).Items.Single(item => item["id"]!.ToString() == key["id"]!.ToString());
        Assert.Equal("expired", listed["status"]!.GetValue<string>());
    }
}
