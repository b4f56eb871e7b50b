using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Json;
using Serverless.Tests.Ingestion;

namespace Serverless.Tests.Json;

/// <summary>Names are found the same, whatever came before them.</summary>
public sealed class JsonNameOrderTests
{
    private static readonly JsonNames Names = new(["level", "error", "message"]);

    private static readonly Gen<string[][]> Objects =
        Gen.Elements("level", "error", "message", "m\\u0065ssage", "lev\\u0065l", "other", "").ListOf().Select(names => names.ToArray())
            .ListOf().Select(objects => objects.ToArray());

    [Fact]
    public void Every_name_is_found_in_whatever_order_they_come() => Always.Holds(
        Objects,
        static objects =>
        {
            var order = new JsonNameOrder(Names);
            foreach (var names in objects)
            {
                order.Begin();
                var reader = Read(names);
                var found = new List<int>();
                var expected = new List<int>();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    expected.Add(Names.Find(ref reader));
                    found.Add(order.Find(ref reader));
                    reader.Skip();
                }

                Assert.Equal(expected, found);
            }
        });

    private static Utf8JsonReader Read(string[] names)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes($"{{{string.Join(',', names.Select(name => $"\"{name}\":0"))}}}"));
        reader.Read();
        return reader;
    }
}
