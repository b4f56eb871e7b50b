using System.Globalization;
using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Serverless.Diagnostics;

namespace Serverless.Http;

/// <summary>Handles one request of a surface and writes its answer.</summary>
public delegate Task RequestHandler(HttpContext context, CancellationToken cancellationToken);

/// <summary>
/// The one way in: gives every request its id, applies what holds for all surfaces, and turns whatever goes wrong into the
/// envelope of the surface. Nothing may be thrown past it: the Functions worker answers a failed function with an empty 200.
/// </summary>
public sealed partial class SurfaceEndpoint(TransportSecurity transport, SurfaceMap surfaces, CrossOrigin pages, ILogger<SurfaceEndpoint> logger)
{
    /// <summary>Serves a request to an endpoint.</summary>
    public Task ServeAsync(HttpRequest request, ApiOperation operation, RequestHandler handler)
    {
        var surface = surfaces.OwnerOf(request.Path);
        return ServeAsync(
            request,
            surface,
            async (context, cancellationToken) =>
            {
                await surface.AdmitAsync(context, operation);
                await handler(context, cancellationToken);
            },
            surface.UseOf(operation, request.Method));
    }

    /// <summary>Serves a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="surface">The surface that owns its path.</param>
    /// <param name="handler">Answers it.</param>
    /// <param name="use">What pages of other origins may do there.</param>
    public async Task ServeAsync(HttpRequest request, Surface surface, RequestHandler handler, PageUse use = PageUse.None)
    {
        var context = request.HttpContext;
        var requestId = RequestId.Of(request);
        context.Response.Headers[RequestId.Header] = requestId;
        pages.Mark(context, use);
        var work = WorkScope.Begin("Request", requestId);
        using var logged = logger.BeginScope(work);
        var span = RequestSpan.Begin(request, surface, requestId);
        try
        {
            if (!transport.Accepts(context))
            {
                throw RequestErrors.HttpsRequired();
            }

            if (pages.TryAnswerPreflight(context))
            {
                return;
            }

            if (surface.Owns(request.Path))
            {
                await surface.EnterAsync(context);
            }

            await handler(context, context.RequestAborted);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
            context.Abort();
        }
        catch (Exception failure)
        {
            var error = Explain(failure, surface);
            if (error.Status >= StatusCodes.Status500InternalServerError)
            {
                // Of what we refuse ourselves only the cause is worth a look.
                var cause = failure is ApiException ? failure.InnerException : failure;
                Log.Failed(logger, cause, surface.Name, request.Method, request.Path, error.Status, requestId, work.Tenant);
            }

            await AnswerAsync(context, surface, error, requestId);
        }
        finally
        {
            RequestSpan.End(span, context, work.Tenant);
        }
    }

    private static ApiError Explain(Exception failure, Surface surface) => failure switch
    {
        ApiException known => known.Error,
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => RequestErrors.TooLarge(RequestBody.MaxBytes).Error,
        BadHttpRequestException broken => RequestErrors.Unreadable("The body could not be read to its end", broken).Error,
        RequestFailedException { Status: StatusCodes.Status400BadRequest } => RequestErrors.Internal().Error,
        // Azure.Core ends a call with the last of these once its retries are spent.
        RequestFailedException or AggregateException { InnerException: RequestFailedException } or OperationCanceledException => surface.Unavailable(),
        _ => RequestErrors.Internal().Error,
    };

    private static async Task AnswerAsync(HttpContext context, Surface surface, ApiError error, string requestId)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer is out: breaking the connection is the only honest way to say that it is not whole.
            context.Abort();
            return;
        }

        var headers = context.Response.Headers;
        context.Response.StatusCode = error.Status;
        if (error.RetryAfterSeconds is { } wait)
        {
            headers[HeaderNames.RetryAfter] = wait.ToString(CultureInfo.InvariantCulture);
        }

        if (error.Allow.Count > 0)
        {
            headers[HeaderNames.Allow] = string.Join(", ", error.Allow);
        }

        headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        await WriteErrorAsync(context, surface, error, requestId);
        await DrainAsync(context);
    }

    private static Task WriteErrorAsync(HttpContext context, Surface surface, ApiError error, string requestId) =>
        ProtobufMessage.IsAnsweredTo(context.Request) ? JsonResponse.WriteAsync(context.Response, ProtobufMessage.OfError(error), context.RequestAborted, ProtobufMessage.MediaType)
        : ProblemDocument.IsWanted(context.Request)
            ? JsonResponse.WriteAsync(
                context.Response, JsonResponse.Body(ProblemDocument.Of(error, requestId), ProblemJson.Default.ProblemDocument), context.RequestAborted, ProblemDocument.ContentType)
        : JsonResponse.WriteAsync(context.Response, surface.ErrorBody(error, requestId), context.RequestAborted);

    /// <summary>
    /// Reads what is left of the body. The host passes an answer on only when all of the body has gone through; a connection that ends before that
    /// is a 502 to the client, whatever the answer was.
    /// </summary>
    private static async Task DrainAsync(HttpContext context)
    {
        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // It was too large, or its sender has gone: there is nothing more to wait for.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Surface}: {Method} {Path} failed with {Status}, request {RequestId} of {Tenant}")]
        public static partial void Failed(
            ILogger logger, Exception? failure, string surface, string method, PathString path, int status, string requestId, string? tenant);
    }
}
