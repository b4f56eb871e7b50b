using System.Text.Json;
using FluentValidation;
using Serverless.Benchmarks.Plain;

namespace Serverless.Benchmarks.Parse;

/// <summary>The rules for a log entry, as one writes them with a validation library.</summary>
internal sealed class PlainLogValidator : AbstractValidator<PlainLog>
{
    private static readonly string[] Levels = ["debug", "info", "warn", "error", "fatal", "panic"];

    /// <summary>States the rules.</summary>
    public PlainLogValidator()
    {
        RuleFor(log => log.Timestamp).NotNull();
        RuleFor(log => log.Level).NotNull().Must(level => Levels.Contains(level));
        RuleFor(log => log.Message).NotEmpty().MaximumLength(10 * 1024);
        RuleFor(log => log.Environment).MaximumLength(256);
        RuleFor(log => log.ProjectId).MaximumLength(256);
        RuleFor(log => log.TraceId).MaximumLength(256);
        RuleFor(log => log.SpanId).MaximumLength(256);
        RuleFor(log => log.ParentSpanId).MaximumLength(256);
        RuleFor(log => log.Metadata).Must(IsObject);
        RuleFor(log => log.Error).Must(IsObject);
    }

    private static bool IsObject(JsonElement? value) =>
        value is not { } given || (given.ValueKind == JsonValueKind.Object && given.GetRawText().Length <= 100 * 1024);
}
