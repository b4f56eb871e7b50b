using FluentValidation;
using Serverless.Benchmarks.Plain;

namespace Serverless.Benchmarks.Parse;

/// <summary>The rules for an event, as one writes them with a validation library.</summary>
internal sealed class PlainEventValidator : AbstractValidator<PlainEvent>
{
    private static readonly string[] Providers = ["openai", "anthropic", "google", "custom"];
    private static readonly string[] Operations = ["chat", "embed", "tool", "agent", "custom"];
    private static readonly string[] Statuses = ["success", "error", "timeout", "rate_limited", "cancelled"];

    /// <summary>States the rules.</summary>
    public PlainEventValidator()
    {
        RuleFor(added => added.EventId).NotEmpty();
        RuleFor(added => added.TraceId).NotEmpty().MaximumLength(128);
        RuleFor(added => added.SpanId).NotEmpty().MaximumLength(128);
        RuleFor(added => added.Timestamp).NotNull();
        RuleFor(added => added.Provider).Must(value => Providers.Contains(value));
        RuleFor(added => added.Model).NotEmpty().MaximumLength(256);
        RuleFor(added => added.Operation).Must(value => Operations.Contains(value));
        RuleFor(added => added.LatencyMs).NotNull().GreaterThanOrEqualTo(0);
        RuleFor(added => added.Status).Must(value => Statuses.Contains(value));
        RuleFor(added => added.TtftMs).GreaterThanOrEqualTo(0);
        RuleFor(added => added.CostUsd).GreaterThanOrEqualTo(0);
        RuleFor(added => added.InputTokens).GreaterThanOrEqualTo(0);
        RuleFor(added => added.OutputTokens).GreaterThanOrEqualTo(0);
        RuleFor(added => added.Environment).MaximumLength(256);
        RuleFor(added => added.UserId).MaximumLength(1024);
    }
}
