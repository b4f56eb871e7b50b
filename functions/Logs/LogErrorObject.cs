using System.Text.Json;

namespace Serverless.Logs;

/// <summary>The rules for an entry's <c>error</c>: each field is optional, and has its type when it is there.</summary>
internal static class LogErrorObject
{
    /// <summary>Judges an error object.</summary>
    /// <param name="json">The object, known to be well-formed.</param>
    /// <param name="problems">Learns of everything that is wrong.</param>
    public static void Validate(ReadOnlySpan<byte> json, LogProblems problems)
    {
        var (type, message, stackTrace, context) = (true, true, true, true);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // A repeated name overrules what came before it.
            if (reader.ValueTextEquals("type"u8))
            {
                type = NextIs(ref reader, JsonTokenType.String);
            }
            else if (reader.ValueTextEquals("message"u8))
            {
                message = NextIs(ref reader, JsonTokenType.String);
            }
            else if (reader.ValueTextEquals("stack_trace"u8))
            {
                stackTrace = NextIs(ref reader, JsonTokenType.StartArray) && HoldsOnlyStrings(reader);
            }
            else if (reader.ValueTextEquals("context"u8))
            {
                context = NextIs(ref reader, JsonTokenType.StartObject);
            }

            reader.Skip();
        }

        Require(type, "error.type", "a string", problems);
        Require(message, "error.message", "a string", problems);
        Require(stackTrace, "error.stack_trace", "an array of strings", problems);
        Require(context, "error.context", "an object", problems);
    }

    private static bool NextIs(ref Utf8JsonReader reader, JsonTokenType type) =>
        reader.Read() && (reader.TokenType == type || reader.TokenType == JsonTokenType.Null);

    // Works on a copy of the reader: the caller's stays where the array, or the null in its place, begins.
    private static bool HoldsOnlyStrings(Utf8JsonReader reader)
    {
        while (reader.TokenType != JsonTokenType.Null && reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                return false;
            }
        }

        return true;
    }

    private static void Require(bool holds, string field, string type, LogProblems problems)
    {
        if (!holds)
        {
            problems.Add(field, "invalid_type", $"\"{field}\" must be {type}");
        }
    }
}
