using Microsoft.AspNetCore.Http;
using Serverless.Tenancy;
using Serverless.Times;
using Serverless.Traces.Figures;
using Serverless.Traces.Reading;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Ai;

/// <summary>Lets a question about a project in, and gathers the sums it is answered from.</summary>
public sealed class AskAboutProject(SessionGate gate, AskQuestion question, FiguresReader figures)
{
    /// <summary>Serves the request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var visitor = await gate.AdmitAiAsync(context);
        var asked = await AskQuestion.ReadAsync(context.Request, cancellationToken);
        var project = await gate.OpenAsync(visitor, asked.ProjectId, cancellationToken);
        await question.AnswerAsync(context.Response, project, asked.Question, SumUpAsync, cancellationToken);
    }

    private async Task<ProjectAggregates> SumUpAsync(Project project, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        // The hour that is under way counts as it is.
        var times = HourRange.Of(new TimeRange(start.UtcTicks, end.UtcTicks)).Times;
        var hours = await figures.ReadAsync(project.Id, times, cancellationToken);
        return new(
            start,
            end,
            Of(hours.Sum()),
            [.. hours.SumByModel().DearestFirst().Select(model => new ModelAggregates(model.Model, Of(model.Figures)))],
            [
                .. hours.GroupBy(hour => DateOnly.FromDateTime(HourNumber.Start(hour.Hour)))
                    .Select(day => new DayAggregates(day.Key, day.Sum().Cost)),
            ]);
    }

    private static AggregateFigures Of(EventFigures sum) => new(
        sum.Requests, sum.Errors, sum.Cost, sum.Requests == 0 ? null : sum.AverageLatency, sum.InputTokens, sum.OutputTokens, sum.CachedTokens);
}
