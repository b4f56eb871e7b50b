using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Outbound;
using Serverless.Tenancy;
using Serverless.Texts;
using Serverless.Traces.Requests;

namespace Serverless.Traces.Ai;

/// <summary>Sums up what a project did in a stretch of time.</summary>
public delegate Task<ProjectAggregates> ReadAggregates(Project project, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken);

/// <summary>What is asked about which project.</summary>
/// <param name="ProjectId">The project's id, as sent.</param>
/// <param name="Question">The question, 1 to 2,000 characters.</param>
public sealed record AskedQuestion(string ProjectId, string Question);

/// <summary>
/// <c>POST /v1/ai/ask</c>: a language model answers a question about a project in words. It gets to know sums of the last seven days and the
/// question, and never an event.
/// </summary>
public sealed class AskQuestion(ChatModel model, TimeProvider time)
{
    private const int MaxBytes = 32 * 1024;
    private const int MaxQuestionLength = 2000;
    private const int MaxAnswerTokens = 2000;
    private const int Days = 7;

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ApiException">400, 413 or 415: it is no question about a project.</exception>
    public static async Task<AskedQuestion> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var members = await JsonBody.ReadObjectAsync(request, MaxBytes, cancellationToken);
        var project = RequireText(members, "projectId");
        var question = RequireText(members, "question");
        return string.IsNullOrWhiteSpace(question) || Characters.Exceed(question, MaxQuestionLength)
            ? throw RequestErrors.Invalid($"\"question\" must be 1 to {MaxQuestionLength} characters")
            : new(project, question);
    }

    /// <summary>Answers a question.</summary>
    /// <param name="response">The answer to the request.</param>
    /// <param name="project">The project it is about.</param>
    /// <param name="question">The question.</param>
    /// <param name="aggregates">Sums up what the project did.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="ApiException">503: there is no model, or it does not answer.</exception>
    public async Task AnswerAsync(
        HttpResponse response, Project project, string question, ReadAggregates aggregates, CancellationToken cancellationToken)
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
            await JsonResponse.WriteAsync(response, writer => WriteAnswer(writer, answer, sums), cancellationToken);
        }
        catch (ChatModelException failure)
        {
            throw LumiqTrace.AiUnavailable(failure);
        }
    }

    private static string RequireText(IReadOnlyDictionary<string, JsonElement> members, string name) => members.GetValueOrDefault(name) switch
    {
        { ValueKind: JsonValueKind.Undefined or JsonValueKind.Null } => throw RequestErrors.Invalid($"\"{name}\" is required"),
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        _ => throw RequestErrors.Invalid($"\"{name}\" must be a string"),
    };

    private static void WriteAnswer(Utf8JsonWriter writer, ChatAnswer answer, ProjectAggregates sums)
    {
        writer.WriteStartObject();
        writer.WriteString("answer", answer.Text);
        writer.WriteString("model", answer.Model);
        writer.WriteStartObject("range");
        sums.WriteRange(writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
