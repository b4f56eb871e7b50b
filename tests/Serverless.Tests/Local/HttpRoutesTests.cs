using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Local.Functions;
using Serverless.Local.Http;
using Serverless.Local.Workers;
using Serverless.Local.Workers.Protocol;

namespace Serverless.Tests.Local;

/// <summary>Which function takes which request.</summary>
[Trait("Category", "Fast")]
public sealed class HttpRoutesTests
{
    private static readonly (string Name, string Route, string[] Methods)[] Items =
    [
        ("Special", "items/special", ["get"]),
        ("Read", "items/{id}", ["get"]),
        ("Write", "/items/{id}", ["put", "PATCH"]),
        ("Numbered", "numbers/{number:int:range(1,9)}", ["get"]),
        ("Optional", "optional/{name?}", []),
        ("Root", "{root:maxlength(0)?}", ["get"]),
        ("Z_Fallback", "{*path}", []),
    ];

    [Theory]
    [InlineData("GET", "/items/7", "Read id=7")]
    [InlineData("PUT", "/items/7", "Write id=7")]
    [InlineData("patch", "/items/7", "Write id=7")]
    [InlineData("GET", "/items/7/", "Read id=7")]
    [InlineData("GET", "/ITEMS/7", "Read id=7")]
    [InlineData("GET", "/optional", "Optional ")]
    [InlineData("POST", "/optional/x", "Optional name=x")]
    [InlineData("DELETE", "/items/7", "Z_Fallback path=items/7")]
    [InlineData("HEAD", "/items/7", "Z_Fallback path=items/7")]
    [InlineData("GET", "/deep/er.txt", "Z_Fallback path=deep/er.txt")]
    [InlineData("GET", "/", "Root ")]
    [InlineData("POST", "/", "Z_Fallback path=")]
    [InlineData("GET", "/x", "Z_Fallback path=x")]
    [InlineData("GET", "/numbers/7", "Numbered number=7")]
    [InlineData("GET", "/numbers/10", "Z_Fallback path=numbers/10")]
    [InlineData("GET", "/numbers/x", "Z_Fallback path=numbers/x")]
    public void The_first_route_of_the_method_takes_the_request(string method, string path, string expected) =>
        Assert.Equal(expected, Find(Routes(Items), method, path));

    [Fact]
    public void Functions_are_tried_in_the_order_of_their_names_whichever_fits_better() =>
        Assert.Equal("Read id=special", Find(Routes(Items), "GET", "/items/special"));

    [Fact]
    public void A_catch_all_that_sorts_before_others_shadows_them()
    {
        var routes = Routes([("Read", "items/{id}", ["get"]), ("Fallback", "{*path}", [])]);

        Assert.Equal("Fallback path=items/7", Find(routes, "GET", "/items/7"));
    }

    [Theory]
    [InlineData("//items/7")]
    [InlineData("/admin/host/status")]
    [InlineData("/runtime/webhooks/x")]
    public void Some_paths_are_the_host_s_own_or_nobody_s(string path) => Assert.Null(Find(Routes(Items), "GET", path));

    [Fact]
    public void Without_a_catch_all_other_methods_and_paths_are_nobody_s()
    {
        var routes = Routes(Items[..^1]);

        Assert.Null(Find(routes, "DELETE", "/items/7"));
        Assert.Null(Find(routes, "GET", "/nothing"));
    }

    [Fact]
    public void The_route_prefix_of_host_json_comes_before_every_route()
    {
        var routes = Routes(Items[..^1], "api/v9");

        Assert.Equal("Read id=7", Find(routes, "GET", "/api/v9/items/7"));
        Assert.Null(Find(routes, "GET", "/items/7"));
    }

    [Theory]
    [InlineData("a/{b")]
    [InlineData("a/{b:unknown}")]
    [InlineData("a/{b:maxlength(x)}")]
    public void A_route_that_is_none_is_said_in_one_line_that_names_the_function(string route)
    {
        var failure = Assert.Throws<HostAbortedException>(() => Routes([("Bad", route, [])]));

        Assert.StartsWith($"Function 'Bad': the route '{route}' is not valid. ", failure.Message, StringComparison.Ordinal);
    }

    private static HttpRoutes Routes((string Name, string Route, string[] Methods)[] functions, string prefix = "")
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("AzureFunctionsJobHost:extensions:http:routePrefix", prefix)]).Build();
        var described = functions.Select(function => new RpcFunctionMetadata
        {
            Name = function.Name,
            RawBindings =
            {
                $$"""{"name":"request","type":"httpTrigger","direction":"In","route":"{{function.Route}}","methods":[{{string.Join(',', function.Methods.Select(method => $"\"{method}\""))}}]}""",
            },
        });
        return new(FunctionDefinition.From(described, settings).Select(function => new FunctionInvoker(function, null!, TimeSpan.MaxValue, NullLoggerFactory.Instance)), settings);
    }

    private static string? Find(HttpRoutes routes, string method, string path) => routes.Find(method, path) is { } match
        ? $"{match.Invoker.Function.Name} {string.Join(' ', match.Values.Select(value => $"{value.Key}={value.Value}"))}"
        : null;
}
