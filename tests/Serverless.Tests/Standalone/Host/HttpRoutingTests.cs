using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

#pragma warning disable IDE0060 // A trigger needs its parameter, whether the function looks at it or not.

namespace Serverless.Tests.Standalone.Host;

public sealed class HttpRoutingTests : IAsyncLifetime
{
    private RunningHost _host = null!;

    public async Task InitializeAsync() =>
        _host = await RunningHost.StartAsync(RunningHost.NoStorage, [typeof(Items), typeof(Fallback)]);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("GET", "/items/7", "read 7")]
    [InlineData("PUT", "/items/7", "write 7")]
    [InlineData("patch", "/items/7", "write 7")]
    [InlineData("GET", "/items/7/", "read 7")]
    [InlineData("GET", "/ITEMS/7", "read 7")]
    [InlineData("GET", "/items/special", "special")]
    [InlineData("GET", "/optional", "optional ''")]
    [InlineData("GET", "/optional/x", "optional 'x'")]
    [InlineData("POST", "/optional/x", "optional 'x'")]
    [InlineData("GET", "/page", "page none")]
    [InlineData("GET", "/page/3", "page 3")]
    [InlineData("GET", "/typed/f9168c5e-ceb2-4faa-b6bf-329bf39fa1e4/true/12345678901", "f9168c5e-ceb2-4faa-b6bf-329bf39fa1e4 True 12345678901")]
    [InlineData("GET", "/Named", "by its name")]
    public async Task The_best_route_of_the_method_takes_the_request(string method, string path, string expected) =>
        Assert.Equal(expected, await SendAsync(method, path));

    [Theory]
    [InlineData("DELETE", "/items/7")] // another method
    [InlineData("GET", "/items/seven")] // another constraint
    [InlineData("GET", "/typed/f9168c5e-ceb2-4faa-b6bf-329bf39fa1e4/maybe/1")] // a value that does not convert
    [InlineData("GET", "/deep/er")]
    [InlineData("HEAD", "/items/7")]
    public async Task What_no_other_takes_reaches_the_catch_all(string method, string path)
    {
        using var response = await _host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(path.TrimStart('/'), response.Headers.GetValues("X-Path").Single());
    }

    [Theory]
    [InlineData("DELETE", "/items/7")]
    [InlineData("GET", "/nothing")]
    public async Task Without_a_catch_all_it_is_an_empty_404(string method, string path)
    {
        await using var host = await RunningHost.StartAsync(RunningHost.NoStorage, [typeof(Items)]);

        using var response = await host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        Assert.Empty(response.Content.Headers.Allow);
    }

    [Fact]
    public async Task The_route_prefix_of_host_json_comes_before_every_route()
    {
        await using var host = await RunningHost.StartAsync(
            RunningHost.NoStorage, [typeof(Items)], settings: "AzureFunctionsJobHost:extensions:http:routePrefix=api/v9");

        Assert.Equal("read 7", await host.Client.GetStringAsync("/api/v9/items/7"));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync("/items/7")).StatusCode);
    }

    private async Task<string> SendAsync(string method, string path)
    {
        using var response = await _host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    internal sealed class Items
    {
        [Function("Read")]
        public IResult Read([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/{id:int}")] HttpRequest request, int id) =>
            Results.Text($"read {id}");

        [Function("Write")]
        public IResult Write([HttpTrigger(AuthorizationLevel.Anonymous, "put", "PATCH", Route = "/items/{id:int}")] HttpRequest request, int id) =>
            Results.Text($"write {id}");

        [Function("Special")]
        public IResult Special([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/special")] HttpRequest request) =>
            Results.Text("special");

        [Function("Optional")]
        public IResult Optional([HttpTrigger(AuthorizationLevel.Anonymous, Route = "optional/{name?}")] HttpRequest request, string? name) =>
            Results.Text($"optional '{name}'");

        [Function("Page")]
        public IResult Page([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "page/{number:int?}")] HttpRequest request, int? number) =>
            Results.Text($"page {number?.ToString() ?? "none"}");

        [Function("Typed")]
        public IResult Typed(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "typed/{id}/{flag}/{number}")] HttpRequest request, Guid id, bool flag, long number) =>
            Results.Text($"{id} {flag} {number}");

        [Function("Named")]
        public IResult Named([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => Results.Text("by its name");
    }

    internal sealed class Fallback
    {
        [Function("Fallback")]
        public IResult NotFound([HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*path}")] HttpRequest request, string? path)
        {
            request.HttpContext.Response.Headers["X-Path"] = path;
            return Results.StatusCode(404);
        }
    }
}
