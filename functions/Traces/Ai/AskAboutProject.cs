using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Tenancy;
using Serverless.Times;
using Serverless.Traces.Figures;
using Serverless.Traces.Reading;
using Serverless.Traces.Requests;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Ai;

/// <summary><c>POST /v1/ai/ask</c>: lets a question about a project in, and gathers the sums it is answered from.</summary>
public sealed class AskAboutProject(SurfaceEndpoint endpoint, SessionGate gate, AskQuestion question, FiguresReader figures)
{
    private static readonly ApiOperation Operation = new(nameof(AskAboutProject), "Answers a question about a project in words")
    {
        Description = $"The configured model is told the question, and sums of the last {AskQuestion.Days} days; it sees no event.",
        Credentials = SessionCredential.Both,
        Body = AskQuestion.Asked,
        Answers = [AskQuestion.Answered],
        Errors = [.. SessionGate.Errors, LumiqTrace.AiNotConfigured().Error, LumiqTrace.AiUnavailable().Error],
    };

    /// <summary><c>POST /v1/ai/ask</c>: a question about a project, answered in words.</summary>
    [Function(nameof(AskAboutProject))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/ai/ask")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var visitor = await gate.AdmitAiAsync(context);
        var asked = await AskQuestion.ReadAsync(context.Request, cancellationToken);
        var project = await gate.OpenAsync(visitor, asked.ProjectId, cancellationToken);
        await question.AnswerAsync(context, project, asked.Question, SumUpAsync, cancellationToken);
    }

    private async Task<ProjectAggregates> SumUpAsync(Project project, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        // The hour that is under way counts as it is.
        var times = HourRange.Of(new TimeRange(start.UtcTicks, end.UtcTicks)).Times;
        var hours = await figures.ReadAsync(project.Id, times, cancellationToken);
        return new(
            start.UtcDateTime,
            end.UtcDateTime,
            Of(hours.Sum()),
            [.. hours.SumByModel().DearestFirst().Select(model => new ModelAggregates(model.Model, Of(model.Figures)))],
            [
                .. hours.GroupBy(hour => DateOnly.FromDateTime(HourNumber.Start(hour.Hour)))
                    .Select(day => new DayAggregates(day.Key, day.Sum().Cost)),
            ]);
    }

    private static AggregateFigures Of(EventFigures sum) => new(
        sum.Requests, sum.Errors, sum.Cost, sum.Requests == 0 ? null : sum.AverageLatency, sum.InputTokens, sum.OutputTokens, sum.CachedTokens, sum.UnpricedRequests);
}
