using System.Text;
using System.Text.Json;
using Serverless.Json;

namespace Serverless.Tests.Json;

/// <summary>Names are found as they are meant, however they are written.</summary>
public sealed class JsonNamesTests
{
    private static readonly JsonNames Names = new(["level", "error", "message"]);

    [Theory]
    [InlineData("level", 0)]
    [InlineData("error", 1)]
    [InlineData("message", 2)]
    [InlineData("\\u006Cevel", 0)]
    [InlineData("m\\u0065ssage", 2)]
    [InlineData("", -1)]
    [InlineData("Level", -1)]
    [InlineData("levels", -1)]
    [InlineData("something much longer than any of them", -1)]
    public void A_name_is_found_by_its_text(string written, int place)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes($"{{\"{written}\":0}}"));
        reader.Read();
        reader.Read();

        Assert.Equal(place, Names.Find(ref reader));
    }
}
