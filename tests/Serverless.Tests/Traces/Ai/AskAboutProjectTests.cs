using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Ai;

/// <summary><c>POST /v1/ai/ask</c> over HTTP: who may ask, and that the model gets to know true sums and nothing else.</summary>
public sealed class AskAboutProjectTests
{
    [Fact]
    public async Task A_question_is_answered_from_the_sums_of_stored_events()
    {
        await using var model = await ChatModelServer.StartAsync();
        await using var host = await ServerlessHost.StartAsync(configure: builder => builder.Configuration.AddInMemoryCollection(model.Settings));
        var client = await TraceClient.CreateAsync(host);
        var reader = await TraceReader.CreateAsync(host, client);
        var now = DateTimeOffset.UtcNow.ToString("O");
        var lines = Enumerable.Range(0, 3).Select(number => TraceEvents.With("timestamp", $"\"{now}\"")
            .Replace(TraceEvents.Id, Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Insert(1, $"\"cost_usd\":0.25,\"error_message\":\"the secret of {number}\",\"user_id\":\"somebody\","));
        using (await client.PostAsync(string.Join('\n', lines)))
        {
            await reader.WaitForAsync(3);
        }

        using var response = await reader.PostAsync("/v1/ai/ask", new JsonObject { ["projectId"] = client.Project, ["question"] = "What did it cost?" });

        var answer = await LogClient.JsonAsync(response);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Hello", answer["answer"]!.GetValue<string>());
        var told = string.Join('\n', Assert.Single(model.Requests).Messages);
        Assert.Contains("0.75", told, StringComparison.Ordinal);
        Assert.Contains("gpt-4o", told, StringComparison.Ordinal);
        Assert.Contains("What did it cost?", told, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", told, StringComparison.Ordinal);
        Assert.DoesNotContain("somebody", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_model_the_answer_names_the_setting()
    {
        await using var host = await ServerlessHost.StartAsync();
        var client = await TraceClient.CreateAsync(host);
        var reader = await TraceReader.CreateAsync(host, client);

        using var response = await reader.PostAsync("/v1/ai/ask", new JsonObject { ["projectId"] = client.Project, ["question"] = "Why?" });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("3600", response.Headers.GetValues("Retry-After").Single());
        Assert.Equal("""{"error":"AI is not configured: set Ai__Endpoint"}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Without_a_session_nobody_is_asked()
    {
        await using var host = await ServerlessHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/ai/ask") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "lqs_none");

        using var response = await host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("""{"error":"Not authenticated"}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_anomaly_of_stored_events_is_found()
    {
        await using var host = await ServerlessHost.StartAsync();
        var client = await TraceClient.CreateAsync(host);
        var reader = await TraceReader.CreateAsync(host, client);
        var hour = new DateTimeOffset(DateTimeOffset.UtcNow.UtcTicks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero).AddHours(-2);

        // Fifteen days of one event an hour, and one hour that is dear.
        var sent = 0;
        foreach (var some in Enumerable.Range(0, 15 * 24).Chunk(100))
        {
            sent += some.Length;
            using var answer = await client.PostAsync(string.Join('\n', some.Select(back => Event(hour.AddHours(-back), back == 0 ? "9" : "0.5"))));
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }

        await reader.WaitForAsync(sent);
        var found = await reader.ReadAsync("/v1/ai/anomalies");

        var anomaly = Assert.Single(found["anomalies"]!.AsArray(), anomaly => anomaly!["direction"]!.GetValue<string>() == "high")!;
        Assert.Equal("cost", anomaly["metric"]!.GetValue<string>());
        Assert.Equal(9m, anomaly["value"]!.GetValue<decimal>());
        Assert.Equal(0.5m, anomaly["expected"]!.GetValue<decimal>());
        Assert.Equal(hour.UtcDateTime, anomaly["hour"]!.GetValue<DateTime>().ToUniversalTime());
    }

    private static string Event(DateTimeOffset time, string cost) => TraceEvents.With("timestamp", $"\"{time.AddMinutes(5):O}\"")
        .Replace(TraceEvents.Id, Guid.NewGuid().ToString(), StringComparison.Ordinal)
        .Insert(1, $"\"cost_usd\":{cost},");
}
