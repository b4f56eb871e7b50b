using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

#pragma warning disable IDE0060 // A trigger needs its parameter, whether the function looks at it or not.

namespace Serverless.Tests.Standalone.Host;

public sealed class HttpFunctionTests : IAsyncLifetime
{
    private readonly Signals _signals = new();
    private RunningHost _host = null!;

    public async Task InitializeAsync() => _host = await RunningHost.StartAsync(RunningHost.NoStorage, [typeof(Functions)], services =>
    {
        services.AddSingleton(_signals);
        services.AddScoped<PerInvocation>();
        services.AddHostedService<ListensNotYet>();
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/returns-nothing", 202, "written")]
    [InlineData("/returns-task", 202, "written")]
    [InlineData("/returns-result", 201, "result")]
    [InlineData("/returns-null", 200, "")]
    [InlineData("/returns-action-result", 418, "action result")]
    [InlineData("/static", 200, "static")]
    public async Task What_a_function_returns_or_writes_is_the_response(string path, int status, string body)
    {
        using var response = await _host.Client.GetAsync(path);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/throws", "Throws")]
    [InlineData("/throws-later", "ThrowsLater")]
    public async Task A_function_that_throws_before_writing_answers_200_and_nothing_but_is_logged(string path, string function)
    {
        using var response = await _host.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal($"Function {function} failed.", Assert.Single(_host.Log.Errors));
    }

    [Fact]
    public async Task A_function_is_told_of_its_execution() =>
        Assert.Equal("Context /context True True", await _host.Client.GetStringAsync("/context"));

    [Fact]
    public async Task What_the_worker_cannot_bind_is_null() =>
        Assert.Equal("True True", await _host.Client.GetStringAsync("/unbound"));

    [Fact]
    public async Task Each_invocation_has_a_scope_of_its_own_that_ends_with_it()
    {
        var first = await _host.Client.GetStringAsync("/scope");
        var second = await _host.Client.GetStringAsync("/scope");

        Assert.NotEqual(first, second);
        await _signals.Disposed.Task.WaitAsync(RunningHost.Patience);
    }

    [Fact]
    public async Task A_client_that_goes_away_cancels_the_function_and_is_no_error()
    {
        using var cancellation = new CancellationTokenSource();
        var request = _host.Client.GetAsync("/waits", cancellation.Token);
        await _signals.Waiting.Task.WaitAsync(RunningHost.Patience);

        await cancellation.CancelAsync();

        await _signals.Cancelled.Task.WaitAsync(RunningHost.Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        Assert.Empty(_host.Log.Errors);
    }

    [Theory]
    [InlineData(30_000_000, null, HttpStatusCode.OK)]
    [InlineData(30_000_001, null, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(30_000_001, 30_000_001L, HttpStatusCode.OK)]
    public async Task A_body_may_be_as_large_as_kestrel_is_told(int size, long? limit, HttpStatusCode expected)
    {
        await using var host = await RunningHost.StartAsync(RunningHost.NoStorage, [typeof(Functions)], services =>
        {
            services.AddSingleton(_signals);
            services.AddScoped<PerInvocation>();
            if (limit is not null)
            {
                services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = limit);
            }
        });

        // The body is not sent before the server wants it, so that a refusal is not a broken connection.
        using var request = new HttpRequestMessage(HttpMethod.Post, "/drain") { Content = new ByteArrayContent(new byte[size]) };
        request.Headers.ExpectContinue = true;
        using var response = await host.Client.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public void What_the_product_starts_comes_before_the_host_listens() =>
        Assert.False(_signals.ListenedBeforeHostedServices);

    private sealed class Signals
    {
        public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool? ListenedBeforeHostedServices { get; set; }
    }

    private sealed class PerInvocation(Signals signals) : IDisposable
    {
        public Guid Id { get; } = Guid.NewGuid();

        public void Dispose() => signals.Disposed.TrySetResult();
    }

    private sealed class ListensNotYet(Signals signals, IServer server) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            var addresses = server.Features.Get<IServerAddressesFeature>()!.Addresses;
            signals.ListenedBeforeHostedServices = addresses.Any(address => !address.EndsWith(":0", StringComparison.Ordinal));
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Functions(Signals signals, PerInvocation scoped)
    {
        [Function("ReturnsNothing")]
        public void ReturnsNothing([HttpTrigger(Route = "returns-nothing")] HttpRequest request)
        {
            request.HttpContext.Response.StatusCode = 202;
            "written"u8.CopyTo(request.HttpContext.Response.BodyWriter.GetSpan());
            request.HttpContext.Response.BodyWriter.Advance("written".Length);
        }

        [Function("ReturnsTask")]
        public async Task ReturnsTask([HttpTrigger(Route = "returns-task")] HttpRequest request)
        {
            await Task.Yield();
            request.HttpContext.Response.StatusCode = 202;
            await request.HttpContext.Response.WriteAsync("written");
        }

        [Function("ReturnsResult")]
        public async Task<IResult> ReturnsResult([HttpTrigger(Route = "returns-result")] HttpRequest request)
        {
            await Task.Yield();
            return Results.Text("result", statusCode: 201);
        }

        [Function("ReturnsNull")]
        public Task<IResult?> ReturnsNull([HttpTrigger(Route = "returns-null")] HttpRequest request) => Task.FromResult<IResult?>(null);

        [Function("ReturnsActionResult")]
        public Task<IActionResult> ReturnsActionResult([HttpTrigger(Route = "returns-action-result")] HttpRequest request) =>
            Task.FromResult<IActionResult>(new ContentResult { StatusCode = 418, Content = "action result" });

        [Function("Static")]
        public static IResult Static([HttpTrigger(Route = "static")] HttpRequest request) => Results.Text("static");

        [Function("Throws")]
        public IResult Throws([HttpTrigger(Route = "throws")] HttpRequest request) => throw new InvalidOperationException("a mistake");

        [Function("ThrowsLater")]
        public async Task ThrowsLater([HttpTrigger(Route = "throws-later")] HttpRequest request)
        {
            await Task.Yield();
            throw new InvalidOperationException("a mistake");
        }

        [Function("Context")]
        public IResult Context([HttpTrigger(Route = "context")] HttpRequest request, FunctionContext context, CancellationToken cancellationToken) =>
            Results.Text(
                $"{context.FunctionDefinition.Name} {context.GetHttpContext()!.Request.Path} "
                + $"{Guid.TryParse(context.InvocationId, out _)} {cancellationToken == request.HttpContext.RequestAborted}");

        [Function("Unbound")]
        public IResult Unbound([HttpTrigger(Route = "unbound")] HttpRequest request, HttpContext? context, IHost? service) =>
            Results.Text($"{context is null} {service is null}");

        [Function("Scope")]
        public IResult Scope([HttpTrigger(Route = "scope")] HttpRequest request, FunctionContext context)
        {
            Assert.Same(scoped, context.InstanceServices.GetRequiredService<PerInvocation>());
            Assert.Same(scoped, request.HttpContext.RequestServices.GetRequiredService<PerInvocation>());
            return Results.Text(scoped.Id.ToString());
        }

        [Function("Waits")]
        public async Task Waits([HttpTrigger(Route = "waits")] HttpRequest request, CancellationToken cancellationToken)
        {
            signals.Waiting.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                signals.Cancelled.SetResult();
            }
        }

        [Function("Drain")]
        public async Task Drain([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "drain")] HttpRequest request)
        {
            try
            {
                await request.Body.CopyToAsync(Stream.Null);
            }
            catch (Microsoft.AspNetCore.Http.BadHttpRequestException refusal)
            {
                request.HttpContext.Response.StatusCode = refusal.StatusCode;
            }
        }
    }
}
