using System.Text.Json;
using Serverless.Ingestion.Index;

namespace Serverless.Logs.Entries;

/// <summary>What entries are looked for by: the words of their message, their trace and spans, the type of their error, and their metadata.</summary>
internal static class LogTerms
{
    private static readonly long Message = Term.Field("message");
    private static readonly long Metadata = Term.Field("metadata");
    private static readonly long ErrorType = Term.Field("error.type");
    private static readonly long Batch = Term.Field("batch");

    private static readonly Dictionary<LogField, long> Texts = new[]
    {
        LogField.TraceId, LogField.SpanId, LogField.ParentSpanId,
    }.ToDictionary(field => field, field => Term.Field(LogFields.Names[(int)field]));

    /// <summary>The question for entries whose field has a value.</summary>
    public static TermQuestion Question(LogField field, string value) => TermQuestion.Of(Term.Of(Texts[field], value));

    /// <summary>The question for entries whose metadata have a value at a path.</summary>
    public static TermQuestion MetadataQuestion(string path, string value) => JsonTerms.Question(Metadata, path, value);

    /// <summary>The question for entries whose error is of a type.</summary>
    public static TermQuestion ErrorTypeQuestion(string type) => TermQuestion.Of(Term.Of(ErrorType, type));

    /// <summary>The question for entries whose message contains a text, whatever it is a part of there.</summary>
    public static TermQuestion ContainsQuestion(string text) => TermQuestion.And(Words.ClosedTermsOf(Message, text).Select(TermQuestion.Of));

    /// <summary>The question for entries whose message contains a text that neither begins nor ends within a word.</summary>
    public static TermQuestion WordsQuestion(string text) => TermQuestion.And(Words.TermsOf(Message, text).Select(TermQuestion.Of));

    /// <summary>The term of a batch.</summary>
    public static ulong OfBatch(Guid batch) => Term.Of(Batch, batch.ToString("N"));

    /// <summary>Adds the terms of a stored entry, its batch included.</summary>
    /// <param name="line">The entry as it is kept.</param>
    /// <param name="terms">Takes the terms.</param>
    public static void Add(ReadOnlySpan<byte> line, TermSet terms)
    {
        terms.Add(Term.Of(Batch, new StoredLog(line).Batch));
        var reader = new Utf8JsonReader(line);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = LogFields.Find(ref reader);
            reader.Read();
            switch (field)
            {
                case LogField.Message:
                    AddMessage(ref reader, terms);
                    break;
                case LogField.Metadata:
                    AddMetadata(ref reader, terms);
                    break;
                case LogField.Error:
                    AddError(ref reader, terms);
                    break;
                case { } text when Texts.TryGetValue(text, out var name):
                    JsonTerms.AddValue(name, in reader, terms);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    /// <summary>Adds the words of a message.</summary>
    public static void AddMessage(ReadOnlySpan<byte> text, TermSet terms) => Words.AddTerms(Message, text, terms);

    /// <summary>Adds the value of a field, if its values are terms.</summary>
    public static void AddText(LogField field, ReadOnlySpan<byte> text, TermSet terms)
    {
        if (Texts.TryGetValue(field, out var name))
        {
            terms.Add(Term.Of(name, text));
        }
    }

    /// <summary>Adds the values of metadata that a reader stands on.</summary>
    public static void AddMetadata(ref Utf8JsonReader reader, TermSet terms) => JsonTerms.AddObject(Metadata, ref reader, terms);

    /// <summary>Adds the type of an error that a reader stands on.</summary>
    public static void AddError(ref Utf8JsonReader reader, TermSet terms)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType && reader.TokenType == JsonTokenType.String)
            {
                JsonTerms.AddValue(ErrorType, in reader, terms);
            }

            reader.Skip();
        }
    }

    private static void AddMessage(ref Utf8JsonReader reader, TermSet terms)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
        }
        else if (reader.ValueIsEscaped)
        {
            Span<byte> text = new byte[reader.ValueSpan.Length];
            AddMessage(text[..reader.CopyString(text)], terms);
        }
        else
        {
            AddMessage(reader.ValueSpan, terms);
        }
    }
}
