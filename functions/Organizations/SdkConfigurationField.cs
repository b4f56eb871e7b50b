using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Organizations;

/// <summary>How the clients of a project are to behave, in the words of those clients. What is given takes the place of all that was.</summary>
/// <inheritdoc/>
internal sealed record SdkConfigurationField(string Name, string Description) : RecordField<SdkConfiguration>(Name, Description)
{
    private const int MaxCount = 50;
    private const int MaxKeyLength = 64;
    private const int MaxModelLength = 256;

    private static readonly FractionField SampleRate = new("sample_rate", "The share of events that are sent.", 0, 1);
    private static readonly FlagField DisableTracing = new("disable_tracing", "Whether nothing is sent at all.");
    private static readonly TextField Model = OrganizationRequest.Text("model", "The name of a model.", MaxModelLength);

    private static readonly TextsField PiiRedactKeys =
        new("pii_redact_keys", "The names of values that are blackened before anything is sent.", OrganizationRequest.Text("key", "The name of a value.", MaxKeyLength)) { MaxCount = MaxCount };

    private static readonly ObjectField ModelOverride = new("model_override", $"The models that are called in place of others, by the names of those; {MaxCount} at most.")
    {
        Member = Model.ToSchema(),
    };

    private static readonly Field[] Fields = [SampleRate, DisableTracing, PiiRedactKeys, ModelOverride];

    /// <inheritdoc/>
    protected override SdkConfiguration? Read(RequestReader given)
    {
        given.RefuseOthers(Fields);
        return new(
            given.Read(SampleRate),
            given.Read(DisableTracing),
            given.Read(PiiRedactKeys) is { Count: > 0 } keys ? [.. keys.Select(key => key.Value).Distinct(StringComparer.Ordinal)] : null,
            given.Read(ModelOverride) is { } models ? ReadModels(models, given.PathOf(ModelOverride.Name), given.Problems) : null);
    }

    /// <inheritdoc/>
    public override JsonObject ToSchema() => SchemaOf(Fields, isOpen: false);

    private static SortedDictionary<string, string>? ReadModels(JsonElement given, string path, RequestProblems problems)
    {
        var models = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in given.EnumerateObject())
        {
            var at = $"{path}.{member.Name}";
            if (Model.Read(member.Name, at, problems) is { } from && Model.Read(member.Value, at, problems) is { } to)
            {
                models[from] = to;
            }
        }

        if (models.Count > MaxCount)
        {
            problems.Complain(path, "too_many", $"must have 0 to {MaxCount} entries");
        }

        return models.Count > 0 ? models : null;
    }
}
