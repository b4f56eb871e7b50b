using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Operator;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Operator;

/// <summary>What is measured of the queues.</summary>
public sealed class QueueLevelTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Every_queue_is_measured_with_its_poison()
    {
        var account = await TestStorage.CreateAccountAsync();
        await using var host = await ServerlessHost.StartAsync(account, builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(new FrozenTime(DateTimeOffset.UtcNow.AddMinutes(10)));
            builder.Configuration["AzureWebJobs.PersistLogs.Disabled"] = "true";
        });
        var logs = new QueueClient(account.ConnectionString, QueueNames.Logs);
        await logs.SendMessageAsync("not base64!");
        await logs.SendMessageAsync("another", visibilityTimeout: TimeSpan.FromHours(1));
        var poison = new QueueClient(account.ConnectionString, $"{QueueNames.Logs}-poison");
        await poison.CreateAsync();
        await poison.SendMessageAsync("set aside");
        var measured = new ConcurrentDictionary<(string, string), double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, heard) =>
        {
            if (instrument.Name.StartsWith("serverless.queue.", StringComparison.Ordinal) && instrument.Name != "serverless.queue.lag")
            {
                heard.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured[(instrument.Name, (string)tags[0].Value!)] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => measured[(instrument.Name, (string)tags[0].Value!)] = value);
        listener.Start();

        await host.Services.GetRequiredService<QueueLevels>().MeasureAsync(CancellationToken.None);

        Assert.Equal(2, measured[("serverless.queue.messages", QueueNames.Logs)]);
        Assert.Equal(1, measured[("serverless.queue.poison", QueueNames.Logs)]);
        Assert.InRange(measured[("serverless.queue.age", QueueNames.Logs)], 590, 640);
        foreach (var queue in QueueNames.All.Where(queue => queue != QueueNames.Logs))
        {
            Assert.Equal(0, measured[("serverless.queue.messages", queue)]);
            Assert.Equal(0, measured[("serverless.queue.poison", queue)]);
            Assert.Equal(0, measured[("serverless.queue.age", queue)]);
        }
    }

    [Theory]
    [InlineData("""{"workspace":"w","runId":"r","due":"2026-11-22T11:59:00Z"}""", -60)]
    [InlineData("""{"due":"2026-11-22T11:59:30Z"}""" + "\n{\"the\":\"run\"}", -30)]
    [InlineData("""{"workspace":"w"}""", -3600)]
    [InlineData("""{"due":5}""", -3600)]
    [InlineData("""["due"]""", -3600)]
    [InlineData("no JSON", -3600)]
    [InlineData("", -3600)]
    public void A_message_was_due_when_it_says_or_else_when_it_was_sent(string text, int seconds)
    {
        var body = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

        var due = QueueLevels.DueAt(QueuesModelFactory.PeekedMessage("id", BinaryData.FromString(body), dequeueCount: 0, insertedOn: Now.AddHours(-1)));

        Assert.Equal(Now.AddSeconds(seconds).ToString("O", CultureInfo.InvariantCulture), due.ToString("O", CultureInfo.InvariantCulture));
    }
}
