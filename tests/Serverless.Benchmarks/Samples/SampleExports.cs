using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Serverless.Otlp.Messages;

namespace Serverless.Benchmarks.Samples;

/// <summary>The entries of <see cref="SampleLogs"/> as OpenTelemetry's exporters send them, in protobuf: each export is another one, for one that comes again counts once.</summary>
internal static class SampleExports
{
    private static readonly Resource Shop = new()
    {
        Attributes = { Text("service.name", "shop"), Text("deployment.environment.name", "production"), Text("telemetry.sdk.language", "dotnet") },
    };

    private static readonly Dictionary<string, int> Severities = new(StringComparer.Ordinal) { ["debug"] = 5, ["info"] = 9, ["warn"] = 13, ["error"] = 17 };

    /// <summary>An export of the entries of a batch.</summary>
    /// <param name="batch">The batch, in JSON.</param>
    /// <param name="number">What tells it from others.</param>
    public static byte[] Of(byte[] batch, int number)
    {
        using var json = JsonDocument.Parse(batch);
        using var scope = new MemoryStream();
        Write(scope, 1, new Scope { Name = string.Create(CultureInfo.InvariantCulture, $"shop.{number}") }.ToByteArray());
        foreach (var entry in json.RootElement.GetProperty("logs").EnumerateArray())
        {
            Write(scope, 2, Record(entry).ToByteArray());
        }

        using var resource = new MemoryStream();
        Write(resource, 1, Shop.ToByteArray());
        Write(resource, 2, scope.ToArray());
        using var export = new MemoryStream();
        Write(export, 1, resource.ToArray());
        return export.ToArray();
    }

    /// <summary>The entries that an export becomes, in JSON.</summary>
    /// <param name="batch">The batch that the export was made of.</param>
    /// <param name="number">What tells it from others.</param>
    public static byte[] InJson(byte[] batch, int number)
    {
        var body = JsonNode.Parse(batch)!;
        foreach (var entry in body["logs"]!.AsArray().Select(entry => entry!.AsObject()))
        {
            var metadata = new JsonObject { ["service.name"] = "shop", ["telemetry.sdk.language"] = "dotnet" };
            foreach (var name in (string[])["project_id", "metadata"])
            {
                entry.Remove(name, out var value);
                foreach (var (key, member) in value as JsonObject ?? new() { [name] = value })
                {
                    metadata[key] = member?.DeepClone();
                }
            }

            metadata["otel.scope.name"] = string.Create(CultureInfo.InvariantCulture, $"shop.{number}");
            entry["metadata"] = metadata;
        }

        return JsonSerializer.SerializeToUtf8Bytes(body);
    }

    private static LogRecord Record(JsonElement entry)
    {
        var level = entry.GetProperty("level").GetString()!;
        var record = new LogRecord
        {
            TimeUnixNano = (ulong)(entry.GetProperty("timestamp").GetDateTime() - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick,
            SeverityNumber = Severities[level],
            SeverityText = level,
            Body = new() { StringValue = entry.GetProperty("message").GetString() },
            TraceId = ByteString.CopyFrom(Convert.FromHexString(entry.GetProperty("trace_id").GetString()!)),
            Attributes = { Text("project_id", entry.GetProperty("project_id").GetString()!) },
        };
        record.Attributes.Add(entry.GetProperty("metadata").EnumerateObject().Select(member => member.Value.ValueKind == JsonValueKind.Number
            ? new KeyValue { Key = member.Name, Value = new() { IntValue = member.Value.GetInt64() } }
            : Text(member.Name, member.Value.GetString()!)));
        return record;
    }

    private static KeyValue Text(string key, string value) => new() { Key = key, Value = new() { StringValue = value } };

    private static void Write(MemoryStream message, int field, byte[] value)
    {
        using var output = new CodedOutputStream(message, leaveOpen: true);
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(value));
    }
}
