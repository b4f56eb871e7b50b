using System.Text;
using Serverless.Ingestion.Records;
using Serverless.Times;

namespace Serverless.Tests.Ingestion.Records;

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
        var window = Encoding.UTF8.GetBytes(request);
        Span<byte> room = stackalloc byte[100];
        var line = new RecordLine(room, window);
        line.Add("{\"id\":0"u8);
        foreach (var name in Names)
        {
            var prefix = $"\"{name}\":";
            var start = request.LastIndexOf(prefix, StringComparison.Ordinal) + prefix.Length;
            var end = request.IndexOfAny([',', '}'], start);
            line.AddSent(Encoding.UTF8.GetBytes("," + prefix), start, end - start);
        }

        line.Add("}"u8);

        Assert.Equal("""{"id":0,"a":1,"b":"two","c":3}""", Encoding.UTF8.GetString(room[..line.End()]));
    }

    [Fact]
    public void What_is_written_between_does_not_change_the_order()
    {
        Span<byte> room = stackalloc byte[100];
        var line = new RecordLine(room, """{"a":1,"b":2}"""u8);
        line.AddSent(",\"a\":"u8, 5, 1);
        line.Add(7, digits: 4);
        line.AddSent(",\"b\":"u8, 11, 1);

        Assert.Equal(""","a":10007,"b":2""", Encoding.UTF8.GetString(room[..line.End()]));
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
        Assert.True(Timestamp.TryParse(Encoding.UTF8.GetBytes(sent), out var time));
        Span<byte> room = stackalloc byte[100];
        var line = new RecordLine(room, default);

        line.Add(time);

        Assert.Equal($"\"{kept}\"", Encoding.UTF8.GetString(room[..line.End()]));
    }
}
