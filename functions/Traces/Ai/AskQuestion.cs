using System.ComponentModel;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Outbound;
using Serverless.Tenancy;
using Serverless.Traces.Requests;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Ai;

/// <summary>Sums up what a project did in a stretch of time.</summary>
public delegate Task<ProjectAggregates> ReadAggregates(Project project, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken);

/// <summary>What is asked about which project.</summary>
/// <param name="ProjectId">The project's id, as sent.</param>
/// <param name="Question">The question, 1 to 2,000 characters.</param>
public sealed record AskedQuestion(string ProjectId, string Question);

/// <summary>
/// A language model answers a question about a project in words. It gets to know sums of the last seven days and the
/// question, and never an event.
/// </summary>
public sealed class AskQuestion(ChatModel model, TimeProvider time)
{
    /// <summary>How many days the sums are of.</summary>
    public const int Days = 7;

    private const int MaxAnswerTokens = 2000;

    private static readonly TextField Question = new("question", "The question, in any language.")
    {
        IsRequired = true,
        MinLength = 1,
        MaxLength = 2000,
        Rule = new(static text => !string.IsNullOrWhiteSpace(text), "more than white space") { Pattern = @"\S" },
    };

    /// <summary>The body of a request.</summary>
    internal static Body Asked { get; } = new(32 * 1024, SessionGate.ProjectId, Question)
    {
        Example = """{"projectId":"prj_000000000001000000aa","question":"What was expensive?"}""",
    };

    /// <summary>The answer to it.</summary>
    internal static Answer<AskAnswer> Answered { get; } = Answer.Json(200, "An answer in words.", AskJson.Default.AskAnswer);

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ApiException">400, 413 or 415: it is no question about a project.</exception>
    public static async Task<AskedQuestion> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await RequestReader.OfBodyAsync(request, Asked, new TraceProblems(), cancellationToken);
        var (project, question) = (body.Read(SessionGate.ProjectId), body.Read(Question));
        body.Problems.Conclude();
        return new(project!, question!);
    }

    /// <summary>Answers a question.</summary>
    /// <param name="context">The request.</param>
    /// <param name="project">The project it is about.</param>
    /// <param name="question">The question.</param>
    /// <param name="aggregates">Sums up what the project did.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="ApiException">503: there is no model, or it does not answer.</exception>
    public async Task AnswerAsync(
        HttpContext context, Project project, string question, ReadAggregates aggregates, CancellationToken cancellationToken)
    {
        if (!model.IsConfigured)
        {
            throw LumiqTrace.AiNotConfigured();
        }

        // From the beginning of an hour, as sums are kept by the hour.
        var now = time.GetUtcNow();
        var start = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero).AddDays(-Days);
        var sums = await aggregates(project, start, now, cancellationToken);
        try
        {
            var answer = await model.CompleteAsync(AggregatesPrompt.Messages(sums, question), MaxAnswerTokens, cancellationToken);
            await Answered.WriteAsync(context, new(answer.Text, answer.Model, new(sums.Start, sums.End)), cancellationToken);
        }
        catch (ChatModelException failure)
        {
            throw LumiqTrace.AiUnavailable(failure);
        }
    }
}

/// <summary>An answer to a question about a project.</summary>
internal sealed record AskAnswer(
    [property: Description("The answer, in the language of the question.")] string Answer,
    [property: Description("The model that gave it.")] string Model,
    [property: Description("The time that the model was told of.")] AskRange Range);

/// <summary>A stretch of time.</summary>
internal sealed record AskRange([property: Description("When it begins.")] DateTime Start, [property: Description("When it ends.")] DateTime End);
