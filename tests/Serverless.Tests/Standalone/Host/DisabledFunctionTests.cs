using System.Net;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Standalone.Host;

public sealed class DisabledFunctionTests
{
    [Fact]
    public async Task A_function_can_be_turned_off_by_the_setting_that_the_Functions_host_knows()
    {
        await using var host = await ServerlessHost.StartAsync(configure: builder => builder.Configuration["AzureWebJobs.LogStats.Disabled"] = "true");
        var logs = await LogClient.CreateAsync(host);

        using var off = await logs.GetAsync("/stats");
        using var on = await logs.GetAsync("");

        Assert.NotEqual(HttpStatusCode.OK, off.StatusCode);
        Assert.Equal(HttpStatusCode.OK, on.StatusCode);
    }
}
