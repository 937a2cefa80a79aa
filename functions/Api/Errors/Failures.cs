using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Api.Errors;

/// <summary>Which problem an exception is. Pure; says nothing about the program's insides.</summary>
internal static class Failures
{
    /// <summary>The problem that <paramref name="exception"/> stands for.</summary>
    /// <param name="exception">What reached the edge of the API.</param>
    public static Problem ProblemOf(Exception exception) => exception switch
    {
        StorageUnavailableException unavailable => new(
            ProblemCode.StorageUnavailable, "The storage service did not do what was asked; nothing was changed.")
        {
            RetryAfter = unavailable.RetryAfter,
        },
        StorageOutcomeUnknownException => new(
            ProblemCode.OutcomeUnknown, "The storage service did not say whether the write happened."),
        OutOfBytesException => Problem.NoMemory(),
        CorruptDataException or InvalidDataException => new(
            ProblemCode.CorruptData, "A check of stored data failed; the server's log names the place."),
        RequestRefusedException refused => refused.Problem,
        BadHttpRequestException bad => new(ProblemRules.OfStatus(bad.StatusCode), bad.Message),

        // Nothing but the body of a request is read from a stream here: its chunks break the rules of HTTP/1.1.
        IOException => Problem.InvalidRequest("The body could not be read: its chunks are malformed."),
        _ => new(ProblemCode.Internal, "The server's log names the cause."),
    };

    /// <summary>Whether the client has gone, so that nobody is left to answer.</summary>
    /// <param name="exception">What reached the edge of the API.</param>
    /// <param name="aborted">The request's own sign that the client has gone.</param>
    public static bool IsClientGone(Exception exception, CancellationToken aborted) =>
        exception is ConnectionResetException or ConnectionAbortedException
        || (aborted.IsCancellationRequested && exception is OperationCanceledException or IOException);
}
