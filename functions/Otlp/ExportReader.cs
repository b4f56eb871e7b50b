using System.Text.Json;
using System.Text.Unicode;
using Google.Protobuf;
using Serverless.Http;
using Serverless.Json;
using Serverless.Otlp.Messages;

namespace Serverless.Otlp;

/// <summary>How the fields are called in JSON that lead to the records of an export: under today's name first.</summary>
/// <param name="Resources">The resources, with what comes from each.</param>
/// <param name="Scopes">The scopes of a resource.</param>
/// <param name="Records">The records of a scope.</param>
internal sealed record ExportNames(string[] Resources, string[] Scopes, string[] Records);

/// <summary>
/// Reads an export: resources, their scopes, and the records of those, in protobuf or in JSON. A record that is not valid is left out and counted; a
/// body that is no export is refused as a whole.
/// </summary>
/// <param name="names">The names of the fields in JSON.</param>
internal abstract class ExportReader(ExportNames names)
{
    /// <summary>The most records of an export.</summary>
    public const int MaxRecords = 8192;

    // In protobuf, all exports are of one form; the last is where scopes stood before they were called so.
    private const int Resources = 1;
    private const int Resource = 1;
    private const int Scopes = 2;
    private const int OldScopes = 1000;
    private const int Scope = 1;
    private const int Records = 2;

    /// <summary>How many records there were so far.</summary>
    public int Count { get; private set; }

    /// <summary>How many of them were left out.</summary>
    public int Rejected { get; private set; }

    /// <summary>Why the first of these was; null when there are none.</summary>
    public string? Reason { get; private set; }

    /// <summary>What a record is called.</summary>
    protected abstract string RecordName { get; }

    /// <summary>Reads an export to its end.</summary>
    /// <exception cref="ApiException">400: it is none, or has too many records.</exception>
    public void Read(OtlpBody body)
    {
        if (body.IsProtobuf)
        {
            ReadProtobuf(body.Bytes);
        }
        else
        {
            ReadJson(body.Bytes);
        }
    }

    /// <summary>Begins with a resource that nothing is known of.</summary>
    protected abstract void BeginResource();

    /// <summary>Takes the attributes of a resource, or more of them.</summary>
    protected abstract void AddResource(Resource resource);

    /// <summary>Reads the attributes of a resource.</summary>
    /// <param name="reader">Stands on the name of the field; afterwards on the end of its value.</param>
    protected abstract void ReadAttributes(ref Utf8JsonReader reader);

    /// <summary>Begins with a scope.</summary>
    /// <param name="scope">The scope; one without a name when nothing is known of it.</param>
    protected virtual void BeginScope(Scope scope)
    {
    }

    /// <summary>Reads a record.</summary>
    /// <param name="message">The record, in protobuf.</param>
    /// <returns>Why it is left out; null when it is not.</returns>
    /// <exception cref="InvalidProtocolBufferException">It is none.</exception>
    protected abstract string? ReadRecord(ArraySegment<byte> message);

    /// <summary>Reads a record.</summary>
    /// <param name="reader">Stands on its first token; afterwards on its last.</param>
    /// <returns>Why it is left out; null when it is not.</returns>
    protected abstract string? ReadRecord(ref Utf8JsonReader reader);

    /// <summary>Leaves a record out that was counted before.</summary>
    protected void Reject(string reason, int number)
    {
        Rejected++;
        Reason ??= $"{RecordName} {number}: {reason}";
    }

    private void Take(string? problem)
    {
        if (problem is not null)
        {
            Reject(problem, Count);
        }
    }

    private void CountRecord()
    {
        if (Count++ == MaxRecords)
        {
            throw RequestErrors.Invalid($"Max {MaxRecords} records per export");
        }
    }

    private void ReadProtobuf(ArraySegment<byte> body)
    {
        try
        {
            foreach (var (_, resource) in ProtobufFields.Of(body, Resources).Where(field => field.Number == Resources))
            {
                ReadResource(resource);
            }
        }
        catch (Exception broken) when (broken is InvalidProtocolBufferException or FormatException)
        {
            throw RequestErrors.Invalid($"The body is no export in protobuf: {broken.Message}");
        }
    }

    // A message that comes in pieces is put together, and a resource may stand after what comes from it.
    private void ReadResource(ArraySegment<byte> message)
    {
        BeginResource();
        var fields = ProtobufFields.Of(message, Resource, Scopes, OldScopes).ToList();
        foreach (var (_, resource) in fields.Where(field => field.Number == Resource))
        {
            AddResource(ProtobufParsers.Resource.ParseFrom(resource.Array, resource.Offset, resource.Count));
        }

        foreach (var (_, scope) in fields.Where(field => field.Number is Scopes or OldScopes))
        {
            ReadScope(scope);
        }
    }

    private void ReadScope(ArraySegment<byte> message)
    {
        var known = new Scope();
        foreach (var (_, scope) in ProtobufFields.Of(message, Scope, Records).Where(field => field.Number == Scope))
        {
            known.MergeFrom(ProtobufParsers.Scope.ParseFrom(scope.Array, scope.Offset, scope.Count));
        }

        BeginScope(known);
        foreach (var (_, record) in ProtobufFields.Of(message, Scope, Records).Where(field => field.Number == Records))
        {
            CountRecord();
            Take(TryRead(record));
        }
    }

    private string? TryRead(ArraySegment<byte> record)
    {
        try
        {
            return ReadRecord(record);
        }
        catch (InvalidProtocolBufferException broken)
        {
            return $"it is no valid protobuf: {broken.Message}";
        }
    }

    private void ReadJson(Span<byte> body)
    {
        if (body.StartsWith("\uFEFF"u8))
        {
            body = body["\uFEFF"u8.Length..];
        }

        RequireJson(body);
        JsonText.MendSurrogates(body);
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw RequestErrors.Invalid($"The body must be an object with \"{names.Resources[0]}\"");
        }

        Utf8JsonReader resources = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            resources = ProtoJson.IsOneOf(ref reader, names.Resources) ? reader : resources;
            reader.Skip();
        }

        ReadList(ref resources, ReadResource, names.Resources[0]);
    }

    // What comes after may rely on it: one whole document in UTF-8.
    private static void RequireJson(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
        {
            throw RequestErrors.Invalid("The body is not UTF-8");
        }

        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            JsonCopy.TrySkip(ref reader);
            reader.Read();
        }
        catch (JsonException broken)
        {
            throw RequestErrors.Invalid(
                $"The body is not valid JSON at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}: {JsonText.Reason(broken)}");
        }
    }

    // The resource may stand after the records that come from it.
    private void ReadResource(ref Utf8JsonReader reader)
    {
        BeginResource();
        Utf8JsonReader scopes = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("resource"u8))
            {
                if (!ProtoJson.TryReadMessage(ref reader, ReadResourceFields))
                {
                    throw RequestErrors.Invalid("\"resource\" must be an object");
                }
            }
            else
            {
                scopes = ProtoJson.IsOneOf(ref reader, names.Scopes) ? reader : scopes;
                reader.Skip();
            }
        }

        ReadList(ref scopes, ReadScope, names.Scopes[0]);
    }

    private void ReadResourceFields(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("attributes"u8))
            {
                BeginResource();
                ReadAttributes(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadScope(ref Utf8JsonReader reader)
    {
        var scope = new Scope();
        Utf8JsonReader records = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("scope"u8) || reader.ValueTextEquals("instrumentationLibrary"u8))
            {
                ProtoJson.TryReadMessage(ref reader, (ref Utf8JsonReader message) => ReadScope(ref message, scope));
            }
            else
            {
                records = ProtoJson.IsOneOf(ref reader, names.Records) ? reader : records;
                reader.Skip();
            }
        }

        BeginScope(scope);
        ReadList(ref records, ReadOne, names.Records[0]);
    }

    private static void ReadScope(ref Utf8JsonReader reader, Scope scope)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                ProtoJson.TryReadText(ref reader, out var name);
                scope.Name = name ?? "";
            }
            else if (reader.ValueTextEquals("version"u8))
            {
                ProtoJson.TryReadText(ref reader, out var version);
                scope.Version = version ?? "";
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadOne(ref Utf8JsonReader reader)
    {
        CountRecord();
        Take(ReadRecord(ref reader));
    }

    // Where a field stands twice, the last one counts: that is where the reader was left.
    private static void ReadList(ref Utf8JsonReader field, MessageReader read, string name)
    {
        if (field.TokenType == JsonTokenType.PropertyName && !ProtoJson.TryReadList(ref field, read))
        {
            throw RequestErrors.Invalid($"\"{name}\" must be an array of objects");
        }
    }
}

/// <summary>Parsers that keep nothing of what they do not know.</summary>
internal static class ProtobufParsers
{
    /// <summary>Of resources.</summary>
    public static MessageParser<Resource> Resource { get; } = Messages.Resource.Parser.WithDiscardUnknownFields(true);

    /// <summary>Of scopes.</summary>
    public static MessageParser<Scope> Scope { get; } = Messages.Scope.Parser.WithDiscardUnknownFields(true);

    /// <summary>Of spans.</summary>
    public static MessageParser<Span> Span { get; } = Messages.Span.Parser.WithDiscardUnknownFields(true);

    /// <summary>Of log records.</summary>
    public static MessageParser<LogRecord> LogRecord { get; } = Messages.LogRecord.Parser.WithDiscardUnknownFields(true);
}
