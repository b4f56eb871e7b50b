using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Standalone.Host;

namespace Serverless.Tests.Standalone.Host;

#pragma warning disable IDE0060 // A trigger needs its parameter, whether the function looks at it or not.

public sealed class StartupTests : IDisposable
{
    private readonly RecordedLog _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_busy_port_is_said_in_one_line_and_not_logged()
    {
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        var port = ((IPEndPoint)busy.LocalEndpoint).Port;
        var builder = Builder([typeof(Good)]);
        builder.Configuration["urls"] = $"http://127.0.0.1:{port}";
        using var host = builder.Build();

        var failure = await Assert.ThrowsAsync<HostAbortedException>(() => host.StartAsync());

        Assert.Equal($"Port {port} is already in use: choose another with --urls http://localhost:{port + 1}.", failure.Message);
        Assert.DoesNotContain(_log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task What_a_hosted_service_throws_reaches_the_program_and_not_the_log()
    {
        var builder = Builder([typeof(Good)]);
        builder.Services.AddHostedService<Unreachable>();
        using var host = builder.Build();

        var failure = await Assert.ThrowsAsync<HostAbortedException>(() => host.StartAsync());

        Assert.Equal("The storage cannot be reached.", failure.Message);
        Assert.DoesNotContain(_log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Theory]
    [InlineData("urls", "nonsense", "'nonsense' is not a URL to listen on: give one such as --urls http://localhost:7071.")]
    [InlineData("AzureFunctionsJobHost:extensions:queues:batchSize", "33", "host.json: extensions.queues.batchSize is '33', but must be a number from 1 to 32.")]
    [InlineData("AzureFunctionsJobHost:extensions:queues:batchSize", "many", "host.json: extensions.queues.batchSize is 'many', but must be a number from 1 to 32.")]
    [InlineData("AzureFunctionsJobHost:extensions:queues:messageEncoding", "rot13", "host.json: extensions.queues.messageEncoding is 'rot13', but must be base64 or none.")]
    [InlineData("AzureFunctionsJobHost:extensions:queues:maxPollingInterval", "0", "host.json: extensions.queues.maxPollingInterval is '0', but must be a time from 00:00:00.1.")]
    public void A_setting_that_is_not_valid_is_named(string name, string value, string message)
    {
        var builder = Builder([typeof(Good)]);
        builder.Configuration[name] = value;

        Assert.Equal(message, Assert.Throws<HostAbortedException>(builder.Build).Message);
    }

    [Theory]
    [InlineData(typeof(Twice), "Two functions are named 'Same': *.One and *.Two.")]
    [InlineData(typeof(NoTrigger), "Function 'NoTrigger' (*.Run): it needs exactly one trigger, and has 0.")]
    [InlineData(typeof(TwoTriggers), "Function 'TwoTriggers' (*.Run): it needs exactly one trigger, and has 2.")]
    [InlineData(typeof(BadRequest), "Function 'BadRequest' (*.Run): an HTTP trigger binds to HttpRequest, not System.String.")]
    [InlineData(typeof(BadResult), "Function 'BadResult' (*.Run): an HTTP function returns nothing, an IResult or an IActionResult, not System.String.")]
    [InlineData(typeof(BadRoute), "Function 'BadRoute' (*.Run): the route 'a/{b' is not valid. *")]
    [InlineData(typeof(BadMessage), "Function 'BadMessage' (*.Run): a queue trigger binds to string, BinaryData or QueueMessage, not System.Int32.")]
    [InlineData(typeof(BadParameter), "Function 'BadParameter' (*.Run): nothing can be bound to the parameter 'count' of type System.Int32.")]
    [InlineData(typeof(BadSchedule), "Function 'BadSchedule' (*.Run): 'now and then' is not an NCRONTAB expression.")]
    [InlineData(typeof(MissingSetting), "Function 'MissingSetting' (*.Run): '%NoSuchSetting%' names the setting 'NoSuchSetting', which is not set.")]
    [InlineData(typeof(MissingConnection), "Function 'MissingConnection' (*.Run): the setting 'NoSuchConnection' holds no connection string, and this host knows no other connection: identities need the Functions host.")]
    public void A_mistake_in_a_function_is_said_in_one_line_that_names_it(Type functions, string message)
    {
        var builder = Builder([functions]);

        var failure = Assert.Throws<HostAbortedException>(builder.Build);

        Assert.Matches($"^{System.Text.RegularExpressions.Regex.Escape(message).Replace(@"\*", ".*", StringComparison.Ordinal)}$", failure.Message);
    }

    [Fact]
    public void Http_functions_need_the_web_application()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.Services.AddSingleton(FunctionAssemblies.Only(typeof(Good)));

        Assert.Equal("HTTP functions need builder.ConfigureFunctionsWebApplication().", Assert.Throws<HostAbortedException>(builder.Build).Message);
    }

    [Fact]
    public void Settings_come_from_host_json_below_the_command_line_and_storage_is_local_by_default()
    {
        var byDefault = FunctionsApplication.CreateBuilder([]).Configuration;
        var overridden = FunctionsApplication.CreateBuilder(["--AzureFunctionsJobHost:extensions:queues:newBatchThreshold=3", "--AzureWebJobsStorage=x"]).Configuration;

        Assert.Equal("8", byDefault["AzureFunctionsJobHost:extensions:queues:newBatchThreshold"]);
        Assert.Equal("3", overridden["AzureFunctionsJobHost:extensions:queues:newBatchThreshold"]);
        Assert.Equal("UseDevelopmentStorage=true", byDefault["AzureWebJobsStorage"]);
        Assert.Equal("x", overridden["AzureWebJobsStorage"]);
    }

    [Fact]
    public void Local_settings_are_named_as_in_the_environment()
    {
        const string Json = """{ "IsEncrypted": false, /* for one machine */ "Values": { "A": "1", "B__C": "2" } }""";

        var values = HostSettings.Flatten(Json, "local.settings.json", json => json.GetSection("Values"), prefix: "");

        Assert.Equal(new Dictionary<string, string?>(StringComparer.Ordinal) { ["A"] = "1", ["B:C"] = "2" }, values);
    }

    [Fact]
    public void A_file_that_is_not_json_is_named() =>
        Assert.StartsWith(
            "/app/host.json is not valid JSON: ",
            Assert.Throws<HostAbortedException>(() => HostSettings.Flatten("{ \"version\"", "/app/host.json", json => json, "")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Queue_options_have_the_defaults_of_the_functions_host()
    {
        var expected = new QueueOptions(16, 8, TimeSpan.FromMinutes(1), TimeSpan.Zero, 5, Base64: true, TimeSpan.FromSeconds(30));

        Assert.Equal(expected, QueueOptions.From(new ConfigurationBuilder().Build()));
    }

    [Fact]
    public void Queue_options_are_read_from_host_json()
    {
        const string Json =
            """
            { "extensions": { "queues": { "batchSize": 32, "newBatchThreshold": 0, "maxPollingInterval": "00:00:02",
              "visibilityTimeout": "00:00:05", "maxDequeueCount": 9, "messageEncoding": "None" } } }
            """;
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(HostSettings.Flatten(Json, "host.json", json => json, "AzureFunctionsJobHost:"))
            .AddInMemoryCollection([new("Standalone:QueueLease", "00:01:00")])
            .Build();

        Assert.Equal(
            new QueueOptions(32, 0, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), 9, Base64: false, TimeSpan.FromMinutes(1)),
            QueueOptions.From(settings));
    }

    private FunctionsApplicationBuilder Builder(Type[] functions) => RunningHost.Builder(RunningHost.NoStorage, functions, _log);

    private sealed class Unreachable : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new HostAbortedException("The storage cannot be reached.");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    internal sealed class Good
    {
        [Function("Good")]
        public void Run([HttpTrigger] HttpRequest request)
        {
        }
    }

    internal sealed class Twice
    {
        [Function("Same")]
        public void One([HttpTrigger] HttpRequest request)
        {
        }

        [Function("same")]
        public void Two([HttpTrigger] HttpRequest request)
        {
        }
    }

    internal sealed class NoTrigger
    {
        [Function("NoTrigger")]
        public void Run(string text)
        {
        }
    }

    internal sealed class TwoTriggers
    {
        [Function("TwoTriggers")]
        public void Run([QueueTrigger("a")] string first, [QueueTrigger("b")] string second)
        {
        }
    }

    internal sealed class BadRequest
    {
        [Function("BadRequest")]
        public void Run([HttpTrigger] string text)
        {
        }
    }

    internal sealed class BadResult
    {
        [Function("BadResult")]
        public Task<string> Run([HttpTrigger] HttpRequest request) => Task.FromResult("text");
    }

    internal sealed class BadRoute
    {
        [Function("BadRoute")]
        public void Run([HttpTrigger(Route = "a/{b")] HttpRequest request)
        {
        }
    }

    internal sealed class BadMessage
    {
        [Function("BadMessage")]
        public void Run([QueueTrigger("queue")] int number)
        {
        }
    }

    internal sealed class BadParameter
    {
        [Function("BadParameter")]
        public void Run([QueueTrigger("queue")] string text, int count)
        {
        }
    }

    internal sealed class BadSchedule
    {
        [Function("BadSchedule")]
        public void Run([TimerTrigger("now and then")] TimerInfo timer)
        {
        }
    }

    internal sealed class MissingSetting
    {
        [Function("MissingSetting")]
        public void Run([QueueTrigger("%NoSuchSetting%")] string text)
        {
        }
    }

    internal sealed class MissingConnection
    {
        [Function("MissingConnection")]
        public void Run([QueueTrigger("queue", Connection = "NoSuchConnection")] string text)
        {
        }
    }
}
