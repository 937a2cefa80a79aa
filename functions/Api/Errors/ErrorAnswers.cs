using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Serverless.Functions.Api.Errors;

/// <summary>
/// The outermost layer of the API: turns exceptions, and refusals of the framework that have no body yet, into the
/// error shape of the API that the path belongs to.
/// </summary>
/// <remarks>Clients that go away are no error: nothing is answered and nothing is logged.</remarks>
internal sealed partial class ErrorAnswers(RequestDelegate next, ErrorFormats formats, ILogger<ErrorAnswers> logger)
{
    // Used by proxies and web servers for "client closed request"; nobody receives it, but metrics count it.
    private const int StatusClientClosedRequest = 499;

    /// <summary>Runs the request and answers when nothing else did.</summary>
    /// <param name="context">The request.</param>
    public async Task InvokeAsync(HttpContext context)
    {
        await AnswerAsync(context);
        if (logger.IsEnabled(LogLevel.Information))
        {
            LogAnswered(logger, context.Request.Method, RouteOf(context), context.Response.StatusCode);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (Failures.IsClientGone(exception, context.RequestAborted))
        {
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusClientClosedRequest;
            }

            return;
        }
        catch (Exception exception)
        {
            await AnswerAsync(context, exception);
            return;
        }

        if (IsUnanswered(context.Response))
        {
            await formats.WriteAsync(context, RefusalOf(context));
        }
    }

    private async Task AnswerAsync(HttpContext context, Exception exception)
    {
        var problem = Failures.ProblemOf(exception);
        var route = RouteOf(context);
        switch (problem.Code)
        {
            case ProblemCode.Internal:
                LogFailed(logger, context.Request.Method, route, exception);
                break;
            case ProblemCode.CorruptData:
                LogCorrupt(logger, context.Request.Method, route, exception);
                break;
            case ProblemCode.StorageUnavailable or ProblemCode.OutcomeUnknown:
                LogDegraded(logger, context.Request.Method, route, problem.Rule.Name, exception.Message);
                break;
        }

        if (context.Response.HasStarted || context.Response.BodyWriter is { CanGetUnflushedBytes: true, UnflushedBytes: > 0 })
        {
            // A part of the answer is out, or cannot be taken back; a cut connection is the only way left to say that it
            // is not complete.
            context.Abort();
            return;
        }

        context.Response.Clear();
        await formats.WriteAsync(context, problem);
    }

    // Not the path: what a client writes there is the client's, the end of a line among it.
    private static string RouteOf(HttpContext context) =>
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "nothing";

    private static bool IsUnanswered(HttpResponse response) =>
        response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null };

    private static Problem RefusalOf(HttpContext context)
    {
        var request = context.Request;
        var code = ProblemRules.OfStatus(context.Response.StatusCode);
        return new(code, code switch
        {
            ProblemCode.NotFound => $"Nothing is at {request.Path}.",
            ProblemCode.MethodNotAllowed =>
                $"{request.Method} is not possible here; {context.Response.Headers.Allow} is.",
            ProblemCode.UnsupportedMediaType => $"The content type '{request.ContentType}' is not supported here.",
            _ => ProblemRules.Of(code).Title,
        });
    }

    [LoggerMessage(503, LogLevel.Information, "{Method} {Route} answered {Status}")]
    private static partial void LogAnswered(ILogger logger, string method, string route, int status);

    [LoggerMessage(500, LogLevel.Error, "{Method} {Route} failed by a mistake of this program.")]
    private static partial void LogFailed(ILogger logger, string method, string route, Exception exception);

    [LoggerMessage(501, LogLevel.Error, "{Method} {Route} met damaged data.")]
    private static partial void LogCorrupt(ILogger logger, string method, string route, Exception exception);

    [LoggerMessage(502, LogLevel.Warning, "{Method} {Route} answered {Code}: {Reason}")]
    private static partial void LogDegraded(
        ILogger logger, string method, string route, string code, string reason);
}
