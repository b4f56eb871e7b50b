using System.Collections.Frozen;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Serverless.Diagnostics;
using Serverless.Runs.Apps;

namespace Serverless.Runs.Engine.Steps;

/// <summary>Tries steps, each by the runner of its kind and within its time.</summary>
public sealed partial class StepRunners
{
    /// <summary>The most bytes of a result.</summary>
    internal const int MaxOutputBytes = 64 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly FrozenDictionary<string, IStepRunner> _runners;
    private readonly TimeProvider _time;
    private readonly ILogger<StepRunners> _logger;

    internal StepRunners(IEnumerable<IStepRunner> runners, TimeProvider time, ILogger<StepRunners> logger) =>
        (_runners, _time, _logger) = (runners.ToFrozenDictionary(runner => runner.Kind, StringComparer.Ordinal), time, logger);

    /// <summary>Tries a step.</summary>
    /// <param name="run">The run.</param>
    /// <param name="step">The step.</param>
    /// <param name="interrupted">Cancelled when the result is not wanted any more.</param>
    /// <returns>What came of it; null when it was interrupted.</returns>
    internal async Task<StepResult?> TryAsync(Run run, AppStep step, CancellationToken interrupted)
    {
        using var span = Instrumentation.Activities.StartActivity($"step {step.Kind}");
        span?.SetTag("serverless.run", run.Id.Text).SetTag("serverless.step", step.Id);
        var result = await TryWithinTimeAsync(run, step, interrupted);
        if (result is StepFailed failed)
        {
            span?.SetStatus(ActivityStatusCode.Error, failed.Reason);
        }

        return result;
    }

    private async Task<StepResult?> TryWithinTimeAsync(Run run, AppStep step, CancellationToken interrupted)
    {
        if (!_runners.TryGetValue(step.Kind, out var runner))
        {
            return new StepFailed($"steps of kind {step.Kind} cannot be done here");
        }

        using var timeout = new CancellationTokenSource(step.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, interrupted);
        try
        {
            return Bound(await runner.RunAsync(step, new StepCall(run, step), either.Token));
        }
        catch (Exception) when (interrupted.IsCancellationRequested)
        {
            return null;
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return new StepFailed($"it took longer than {step.Timeout.TotalSeconds} seconds") { MayPass = true };
        }
        catch (TemplateException unfit)
        {
            return new StepFailed(unfit.Message);
        }
        catch (Exception failure)
        {
            Log.Failed(_logger, failure, step.Id, step.Kind, run.Id);
            return new StepFailed("an unexpected error") { MayPass = true };
        }
    }

    private static StepResult Bound(StepResult result)
    {
        if (result is not StepCompleted completed)
        {
            return result;
        }

        try
        {
            return Strict.GetByteCount(completed.Output) <= MaxOutputBytes ? result : new StepFailed($"its result is larger than {MaxOutputBytes} bytes");
        }
        catch (EncoderFallbackException)
        {
            return new StepFailed("its result is not Unicode text");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Step {Step} of kind {Kind} of run {Run} ended unexpectedly")]
        public static partial void Failed(ILogger logger, Exception failure, string step, string kind, RunId run);
    }
}
