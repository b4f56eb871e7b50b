using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Logs.Query;
using Serverless.Tenancy;

namespace Serverless.Alerts;

/// <summary>Reads the alerts that are put, and says everything that is wrong with one.</summary>
public sealed class AlertReader(ProjectStore projects)
{
    private const int MaxBodyBytes = 16 * 1024;
    private const int MaxNameLength = 200;

    private static readonly TextField Name = new("name", "Its name, for people.") { IsRequired = true, MinLength = 1, MaxLength = MaxNameLength };

    private static readonly TextField Query = new("query", "The question for log entries, as `GET /v1/logs?query=` takes it: those that match are counted. Either this is given or `projectId`.")
    {
        MinLength = 1,
        MaxLength = LogQueryParser.MaxLength,
    };

    private static readonly TextField ProjectId = new("projectId", "The project whose events are measured, one of the organization's.") { MinLength = 1 };

    private static readonly OptionField Metric = new(
        "metric",
        "What is measured of events: `error_rate` from 0 to 1, `cost_usd`, `latency_ms` (what 95 % of them do not exceed, within 1 %), `token_count` (sent and received) or `request_count`. It goes with `projectId`, and has to be given there.",
        [.. AlertMetric.OfEvents.Select(metric => metric.Name)]);

    private static readonly OptionField Window = new("window", "The length of the window.", [.. AlertRule.Windows.Keys]) { IsRequired = true };
    private static readonly FractionField Threshold = new("threshold", "What the value is compared with; for `error_rate` at most 1.", 0, AlertMetric.LogCount.MaxThreshold) { IsRequired = true };
    private static readonly OptionField Direction = new("direction", "Where the value has to lie for the alert to fire.", [AlertWords.Above, AlertWords.Below]) { Default = AlertWords.Above };
    private static readonly FlagField Active = new("active", "Whether it is evaluated.") { Default = true };

    /// <summary>The body.</summary>
    internal static Body Body { get; } = new(MaxBodyBytes, Name, Query, ProjectId, Metric, Window, Threshold, Direction, Active);

    /// <summary>Reads an alert.</summary>
    /// <exception cref="ApiException">400: there can be no such alert; 413 or 415.</exception>
    internal async Task<AlertRule> ReadAsync(HttpRequest request, string workspace, string id, CancellationToken cancellationToken)
    {
        var body = await RequestReader.OfBodyAsync(request, Body, new LaminaProblems("Invalid alert"), cancellationToken);
        AlertIds.InPath.Read(id, AlertIds.InPath.Name, body.Problems);
        var name = body.Read(Name);
        var (query, projectId) = (ReadQuery(body), await ReadProjectAsync(body, workspace, cancellationToken));
        var metric = ReadMetric(body);
        var window = body.Read(Window);
        var threshold = body.Read(Threshold with { Max = metric.MaxThreshold });
        var direction = body.Read(Direction) ?? Direction.Default;
        var isActive = body.Read(Active) ?? Active.Default;
        body.Problems.Conclude();
        return new()
        {
            Workspace = workspace,
            Id = id,
            Name = name!,
            Query = query,
            ProjectId = projectId,
            Metric = metric,
            Window = window!,
            Threshold = (decimal)threshold!.Value,
            IsBelow = direction == AlertWords.Below,
            IsActive = isActive,
        };
    }

    private static string? ReadQuery(RequestReader body)
    {
        if (body.IsGiven(Query) == body.IsGiven(ProjectId))
        {
            body.Complain(Query, body.IsGiven(Query) ? "not_allowed" : "missing_no_default", $"has to be given, or else \"{ProjectId.Name}\", and not both");
        }

        var query = body.Read(Query);
        if (query is not null && LogQueryParser.FindMistake(query) is { } mistake)
        {
            body.Complain(Query, "invalid_format", mistake);
        }

        return query;
    }

    private async Task<string?> ReadProjectAsync(RequestReader body, string workspace, CancellationToken cancellationToken)
    {
        var project = body.Read(ProjectId);
        if (project is not null && (TenantIds.OrganizationOf(project) != workspace || await projects.FindAsync(project, cancellationToken) is null))
        {
            body.Complain(ProjectId, "invalid_option", "there is no such project");
        }

        return project;
    }

    private static AlertMetric ReadMetric(RequestReader body)
    {
        if (body.IsGiven(ProjectId))
        {
            return body.Read(Metric with { IsRequired = true }) is { } name ? AlertMetric.Of(name) : AlertMetric.LogCount;
        }

        if (body.IsGiven(Metric))
        {
            body.Complain(Metric, "not_allowed", $"goes with \"{ProjectId.Name}\"");
        }

        return AlertMetric.LogCount;
    }
}
