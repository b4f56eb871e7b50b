using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Local.Configuration;
using Serverless.Local.Queues;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Local;

/// <summary>Where the host's settings come from, and what is said of those that make no sense.</summary>
public sealed class HostSettingsTests
{
    private const string Timer = """{"name":"timer","type":"timerTrigger","direction":"In","schedule":"0 0 0 1 1 *"}""";

    [Theory]
    [InlineData("""{"type":"blob","name":"b"}""", "Function 'Bad': it needs exactly one trigger, and has 0.")]
    [InlineData("""{"type":"timerTrigger","name":"t","schedule":"now and then"}""", "Function 'Bad': 'now and then' is not an NCRONTAB expression.")]
    [InlineData("""{"type":"queueTrigger","name":"m","queueName":"%NoSuchSetting%"}""", "Function 'Bad': '%NoSuchSetting%' names the setting 'NoSuchSetting', which is not set.")]
    [InlineData(
        """{"type":"queueTrigger","name":"m","queueName":"queue","connection":"NoSuchConnection"}""",
        "Function 'Bad': the setting 'NoSuchConnection' holds no connection string, and this host knows no other connection: identities need the Functions host.")]
    public async Task A_mistake_in_a_function_is_said_in_one_line_that_names_it(string trigger, string message)
    {
        var worker = new ScriptedWorker().With("Bad", trigger, (_, _) => Task.CompletedTask);

        Assert.Equal(message, (await Assert.ThrowsAsync<HostAbortedException>(() => ScriptedHost.StartAsync(worker))).Message);
    }

    [Theory]
    [InlineData("urls=nonsense", "'nonsense' is not a URL to listen on: give one such as --urls http://localhost:7071.")]
    [InlineData("AzureFunctionsJobHost:extensions:queues:batchSize=33", "host.json: extensions.queues.batchSize is '33', but must be a number from 1 to 32.")]
    [InlineData("AzureFunctionsJobHost:extensions:queues:batchSize=many", "host.json: extensions.queues.batchSize is 'many', but must be a number from 1 to 32.")]
    [InlineData("AzureFunctionsJobHost:extensions:queues:messageEncoding=rot13", "host.json: extensions.queues.messageEncoding is 'rot13', but must be base64 or none.")]
    [InlineData("AzureFunctionsJobHost:extensions:queues:maxPollingInterval=0", "host.json: extensions.queues.maxPollingInterval is '0', but must be a time from 00:00:00.1.")]
    public async Task A_setting_that_is_not_valid_is_named(string setting, string message)
    {
        var worker = new ScriptedWorker().With("Timer", Timer, (_, _) => Task.CompletedTask);

        Assert.Equal(message, (await Assert.ThrowsAsync<HostAbortedException>(() => ScriptedHost.StartAsync(worker, settings: [setting]))).Message);
    }

    [Fact]
    public void They_come_from_host_json_below_the_command_line_and_storage_is_local_by_default()
    {
        var byDefault = new ConfigurationManager();
        var overridden = new ConfigurationManager();

        byDefault.AddHostSettings(InProcessWorker.ScriptRoot, []);
        var forWorker = overridden.AddHostSettings(
            InProcessWorker.ScriptRoot, ["--AzureFunctionsJobHost:extensions:queues:newBatchThreshold=3", "--AzureWebJobsStorage=x", "--Plans:X=1"]);

        Assert.Equal("8", byDefault["AzureFunctionsJobHost:extensions:queues:newBatchThreshold"]);
        Assert.Equal("3", overridden["AzureFunctionsJobHost:extensions:queues:newBatchThreshold"]);
        Assert.Equal("UseDevelopmentStorage=true", byDefault["AzureWebJobsStorage"]);
        Assert.Equal("x", overridden["AzureWebJobsStorage"]);
        Assert.Contains("Plans:X", forWorker);
    }

    [Theory]
    [InlineData("Function.PersistLogs.User", LogLevel.Information)]
    [InlineData("Host.Function.Console", LogLevel.Information)]
    [InlineData("Function.PersistLogs", LogLevel.Warning)]
    [InlineData("Host.Results", LogLevel.Warning)]
    public void The_levels_of_host_json_go_by_the_categories_that_a_Functions_host_has(string category, LogLevel lowest)
    {
        var settings = new ConfigurationManager();
        settings.AddHostSettings(InProcessWorker.ScriptRoot, []);
        using var logs = HostLogging.Create(settings);

        var logger = logs.CreateLogger(category);

        Assert.True(logger.IsEnabled(lowest));
        Assert.False(logger.IsEnabled(lowest - 1));
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
            .AddInMemoryCollection([new("Local:QueueLease", "00:01:00")])
            .Build();

        Assert.Equal(
            new QueueOptions(32, 0, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5), 9, Base64: false, TimeSpan.FromMinutes(1)),
            QueueOptions.From(settings));
    }
}
