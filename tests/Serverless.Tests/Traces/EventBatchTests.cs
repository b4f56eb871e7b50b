using System.Globalization;
using System.Net;
using System.Text;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces;

/// <summary>What a batch may look like: events one a line, or as one document, and how many.</summary>
[Trait("Category", "Contract")]
public sealed class EventBatchTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string TooMany = "Max 100 events per batch";
    private const string Empty = "Empty batch: send 1 to 100 events";
    private const string Form = "The body must be an array of events, or an object with \"events\", an array of events";

    private static readonly string[] Events =
    [
        TraceEvents.Simple("00000000-0000-0000-0000-000000000001").ToJsonString(),
        TraceEvents.Simple("00000000-0000-0000-0000-000000000002").ToJsonString(),
        TraceEvents.Simple("00000000-0000-0000-0000-000000000003").ToJsonString(),
    ];

    [Theory]
    [InlineData("{0}\n{1}\n{2}")]
    [InlineData("{0}\n{1}\n{2}\n")]
    [InlineData("{0}\r\n{1}\r\n{2}\r\n")]
    [InlineData("\uFEFF{0}\n{1}\n{2}")]
    [InlineData("\n\n{0}\n\n{1}\n \t\r\n{2}\n\n\r\n  ")]
    [InlineData("  {0} \t\n\t{1}\r\n {2} ")]
    public async Task Events_stand_one_a_line_and_blank_lines_are_ignored(string body)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostAsync(Fill(body));

        await response.ExpectAcceptedAsync(3);
        await ExpectSentAsync(client, 1, 2, 3);
    }

    [Theory]
    [InlineData("[{0},{1},{2}]")]
    [InlineData("\uFEFF\r\n [ {0} ,\n{1}\t, {2} ] \n")]
    [InlineData("{\"events\":[{0},{1},{2}]}")]
    [InlineData("{ \"source\" : [{\"events\":[5]}], \"events\" : [ {0}, {1}, {2} ], \"count\": 3, \"more\": {\"events\":null} }\n")]
    [InlineData("{\"\\u0065vents\":[{0},{1},{2}]}")]
    public async Task Events_stand_in_an_array_bare_or_in_an_object(string body)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostJsonAsync(Fill(body));

        await response.ExpectAcceptedAsync(3);
        await ExpectSentAsync(client, 1, 2, 3);
    }

    [Theory]
    [InlineData("{\"events\":[{0},{1}],\"events\":[{2}]}")]
    [InlineData("{\"events\":[],\"events\":[{2}],\"other\":1}")]
    public async Task Of_repeated_events_the_last_count(string body)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostJsonAsync(Fill(body));

        await response.ExpectAcceptedAsync(1);
        await ExpectSentAsync(client, 3);
    }

    [Fact]
    public async Task Of_repeated_events_each_may_be_100()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        var events = string.Join(',', Enumerable.Repeat(Events[0], 100));

        using var response = await client.PostJsonAsync($"{{\"events\":[{events}],\"events\":[{events}]}}");
        using var refused = await client.PostJsonAsync($"{{\"events\":[{events}],\"events\":[{events},{{}}]}}");

        await response.ExpectAcceptedAsync(100);
        await refused.ExpectInvalidAsync(TooMany);
    }

    [Theory]
    [InlineData("application/x-ndjson")]
    [InlineData("application/ndjson")]
    [InlineData("application/jsonl")]
    [InlineData("Application/X-NDJSON; charset=UTF-8")]
    [InlineData(null)]
    public async Task Lines_go_by_several_names_or_none(string? contentType)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostAsync(Encoding.UTF8.GetBytes(Fill("{0}\n{1}")), contentType);

        await response.ExpectAcceptedAsync(2);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("APPLICATION/JSON")]
    public async Task A_document_may_say_that_it_is_UTF8(string contentType)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostAsync(Encoding.UTF8.GetBytes(Fill("[{0},{1}]")), contentType);

        await response.ExpectAcceptedAsync(2);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/vnd.events+json")]
    [InlineData("application/x-ndjson; charset=utf-16")]
    [InlineData("ndjson")]
    public async Task Another_media_type_or_character_set_is_refused(string contentType)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostAsync(Encoding.UTF8.GetBytes(Events[0]), contentType);

        await response.ExpectErrorAsync(
            HttpStatusCode.UnsupportedMediaType,
            "Content-Type must be application/x-ndjson or application/ndjson or application/jsonl or application/json, in UTF-8");
        await fixture.Host.ExpectNothingTakenAsync(client);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("{}")]
    [InlineData("{\"Events\":[{0}]}")]
    [InlineData("{\"more\":{\"events\":[{0}]}}")]
    [InlineData("{\"events\":{0}}")]
    [InlineData("{\"events\":null}")]
    [InlineData("{\"events\":\"[]\"}")]
    [InlineData("{\"events\":[{0}],\"events\":7}")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"events\"")]
    public async Task A_document_that_is_no_batch_is_refused(string body)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostJsonAsync(Fill(body));

        await response.ExpectInvalidAsync(Form);
        await fixture.Host.ExpectNothingTakenAsync(client);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("\uFEFF", false)]
    [InlineData("\n", false)]
    [InlineData(" \r\n\t\r\n\n   ", false)]
    [InlineData("[]", true)]
    [InlineData("{\"events\":[]}", true)]
    [InlineData("{\"events\":[{0}],\"events\":[]}", true)]
    public async Task An_empty_batch_is_refused(string body, bool isDocument)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await (isDocument ? client.PostJsonAsync(Fill(body)) : client.PostAsync(body));

        await response.ExpectInvalidAsync(Empty);
        await fixture.Host.ExpectNothingTakenAsync(client);
    }

    [Fact]
    public async Task A_batch_may_hold_100_events()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var lines = await client.PostAsync(TraceEvents.Lines(100) + "\n \n");
        using var array = await client.PostJsonAsync($"[{string.Join(',', Enumerable.Repeat(Events[0], 100))}]");

        await lines.ExpectAcceptedAsync(100);
        await array.ExpectAcceptedAsync(100);
        Assert.Equal(101, (await fixture.Host.StoredEventsAsync(client, 101)).Count);
    }

    [Theory]
    [InlineData("{0}")]
    [InlineData("{}")]
    [InlineData("no event")]
    public async Task A_batch_of_101_events_is_refused_whatever_the_last_is(string last)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var lines = await client.PostAsync($"{TraceEvents.Lines(100)}\n{Fill(last)}");
        using var array = await client.PostJsonAsync($"[{string.Join(',', Enumerable.Repeat(Events[0], 100))},{(last[0] == 'n' ? "null" : Fill(last))}]");

        await lines.ExpectInvalidAsync(TooMany);
        await array.ExpectInvalidAsync(TooMany);
        await fixture.Host.ExpectNothingTakenAsync(client);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(57)]
    [InlineData(100)]
    public async Task An_event_before_that_is_not_valid_is_named_first(int number)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        var events = Enumerable.Repeat(Events[0], 150).ToArray();
        events[number - 1] = TraceEvents.With("model", null);

        using var lines = await client.PostAsync(string.Join('\n', events));
        using var array = await client.PostJsonAsync($"[{string.Join(',', events)}]");

        await lines.ExpectInvalidAsync($"Line {number}: \"model\" is required");
        await array.ExpectInvalidAsync($"Event {number}: \"model\" is required");
        await fixture.Host.ExpectNothingTakenAsync(client);
    }

    [Fact]
    public async Task Blank_lines_count_as_lines()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostAsync($"\r\n{Events[0]}\n\n \n{TraceEvents.With("latency_ms", "-1")}\n{{}}");

        await response.ExpectInvalidAsync("Line 5: \"latency_ms\" must be a number from 0 to 1000000000");
        await fixture.Host.ExpectNothingTakenAsync(client);
    }

    [Fact]
    public async Task An_event_that_stands_there_twice_counts_twice()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostAsync($"{Events[0]}\n{Events[1]}\n{Events[0]}");

        await response.ExpectAcceptedAsync(3);
    }

    private static string Fill(string template)
    {
        for (var number = 0; number < Events.Length; number++)
        {
            template = template.Replace($"{{{number.ToString(CultureInfo.InvariantCulture)}}}", Events[number], StringComparison.Ordinal);
        }

        return template;
    }

    private async Task ExpectSentAsync(TraceClient client, params IReadOnlyCollection<int> numbers) => Assert.Equal(
        numbers.Select(number => $"{{\"event_id\":\"00000000-0000-0000-0000-00000000000{number.ToString(CultureInfo.InvariantCulture)}\""),
        (await fixture.Host.StoredEventsAsync(client, numbers.Count)).Select(line => line.Split(',')[0]));
}
