using System.Text;
using Serverless.Ingestion;

namespace Serverless.Tests.Ingestion;

/// <summary>A line is the same whether its properties stand together in the request or not.</summary>
public sealed class RecordLineTests
{
    private static readonly string[] Names = ["a", "b", "c"];

    [Theory]
    [InlineData("""{"a":1,"b":"two","c":3}""")]
    [InlineData("""{"a":1, "b":"two","c":3}""")]
    [InlineData("""{"c":3,"a":1,"b":"two"}""")]
    [InlineData("""{"a":1,"x":0,"b":"two","c":3}""")]
    [InlineData("""{"x":0,"b":"two","c":3,"a":1}""")]
    [InlineData("""{"a":9,"c":3,"b":"two","a":1}""")]
    public void Properties_are_kept_in_their_order_wherever_they_stand(string request)
    {
        var line = new RecordLine("{\"id\":0"u8);
        line.Begin();
        AddAll(line, request);
        line.Begin();

        AddAll(line, request);

        Assert.Equal("""{"id":0,"a":1,"b":"two","c":3}""", Encoding.UTF8.GetString(line.Written));
    }

    [Fact]
    public void A_line_may_be_longer_than_any_before()
    {
        var line = new RecordLine("{"u8);
        line.Begin();
        line.Add(Encoding.UTF8.GetBytes(new string('x', 10_000)));
        line.Add(7, digits: 4);

        Assert.Equal($"{{{new string('x', 10_000)}0007", Encoding.UTF8.GetString(line.Written));
    }

    [Theory]
    [InlineData("2026-01-26T14:30:00Z", "2026-01-26T14:30:00Z")]
    [InlineData("2026-01-26T14:30:00.120Z", "2026-01-26T14:30:00.120Z")]
    [InlineData("2026-01-26t14:30:00Z", "2026-01-26T14:30:00Z")]
    [InlineData("2026-01-26T14:30:00,5z", "2026-01-26T14:30:00.5Z")]
    [InlineData("2026-01-26T14:30:00", "2026-01-26T14:30:00Z")]
    [InlineData("2026-01-26T14:30:00+02:00", "2026-01-26T12:30:00Z")]
    [InlineData("0001-01-01T00:00:00.000000001Z", "0001-01-01T00:00:00.000000001Z")]
    public void A_time_is_kept_as_UTC_with_all_its_digits(string sent, string kept)
    {
        var line = new RecordLine([]);
        line.Begin();
        Assert.True(Timestamp.TryParse(Encoding.UTF8.GetBytes(sent), out var time));

        line.Add(time, Encoding.UTF8.GetBytes(sent));

        Assert.Equal(kept, Encoding.UTF8.GetString(line.Written));
    }

    private static void AddAll(RecordLine line, string request)
    {
        var window = Encoding.UTF8.GetBytes(request);
        foreach (var name in Names)
        {
            var prefix = $"\"{name}\":";
            var start = request.LastIndexOf(prefix, StringComparison.Ordinal) + prefix.Length;
            var end = request.IndexOfAny([',', '}'], start);
            line.AddSent(window, Encoding.UTF8.GetBytes("," + prefix), start, end - start);
        }

        line.Complete(window);
        line.Add("}"u8);
    }
}
