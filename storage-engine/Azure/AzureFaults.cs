using System.Text.Json;
using System.Xml;
using Azure;
using Azure.Identity;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Azure;

/// <summary>The one place that says what an answer of the storage service, or the lack of one, means.</summary>
/// <remarks>
/// The rule for writes: an answer is a refusal only when the service cannot give it after having done the work. Every
/// other answer, a time-out and a lost connection leave the outcome unknown. Reads change nothing, so for them all of
/// these are just unavailability. The error codes are those of the service's REST reference ("Blob service error
/// codes", "Table service error codes").
/// </remarks>
internal static class AzureFaults
{
    /// <summary>The status of a request that got no answer.</summary>
    public const int NoAnswer = 0;

    /// <summary>What an answer means.</summary>
    /// <param name="operation">What was asked.</param>
    /// <param name="status">The HTTP status of the refusal, or <see cref="NoAnswer"/>.</param>
    /// <param name="errorCode">The service's error code, when it sent one.</param>
    public static AzureVerdict Judge(AzureOperation operation, int status, string? errorCode) => operation switch
    {
        AzureOperation.CreateSegment => JudgeCreation(status, errorCode),
        AzureOperation.AppendBlock => JudgeAppend(status, errorCode),
        AzureOperation.StageBlock => JudgeWrite(status, errorCode),
        AzureOperation.CommitBlocks => JudgeCommit(status, errorCode),
        AzureOperation.DeleteSegment => IsMissingBlob(status, errorCode)
            ? AzureVerdict.Missing
            : JudgeWrite(status, errorCode),
        AzureOperation.ChangeRows => JudgeRowChange(status, errorCode),
        AzureOperation.ReadSegment when status == 416 => AzureVerdict.AtEnd,
        AzureOperation.ReadSegment or AzureOperation.ReadLength when IsMissingBlob(status, errorCode) =>
            AzureVerdict.Missing,
        AzureOperation.ReadRows when IsMissingRow(status, errorCode) => AzureVerdict.Missing,
        _ => AzureVerdict.Unavailable,
    };

    /// <summary>What an exception of the SDK means; <see cref="IsFault"/> must hold for it.</summary>
    public static AzureVerdict Judge(AzureOperation operation, Exception fault)
    {
        if (NeverSent(operation, fault))
        {
            return AzureVerdict.Unavailable;
        }

        var (status, errorCode) = AnswerIn(fault);
        return Judge(operation, status, errorCode);
    }

    /// <summary>
    /// Whether <paramref name="exception"/> is the environment's doing, and not a bug or the caller's own
    /// cancellation.
    /// </summary>
    /// <param name="exception">What a call of the SDK threw.</param>
    /// <param name="cancellationToken">The caller's token: a cancellation without it is a network time-out.</param>
    public static bool IsFault(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        RequestFailedException or AuthenticationFailedException or IOException or HttpRequestException => true,

        // Answers that are not what the protocol says: the SDK reports them in these ways.
        InvalidOperationException => IsMalformedTransactionAnswer(exception),
        FormatException or JsonException or XmlException or InvalidDataException => true,
        AggregateException several => several.InnerExceptions.All(inner => IsFault(inner, cancellationToken)),
        _ => false,
    };

    /// <summary>Whether the same read may succeed a moment later.</summary>
    public static bool MayPass(Exception fault) => AnswerIn(fault).Status is NoAnswer or 408 or 409 or 429 or >= 500;

    /// <summary>The exception that tells the port's caller about a fault.</summary>
    /// <param name="verdict">
    /// Unavailable or unknown; the other verdicts are outcomes, and one where none fits is unavailability.
    /// </param>
    /// <param name="operation">What was asked.</param>
    /// <param name="target">The segment, partition or other target, as it should stand in the message.</param>
    /// <param name="fault">What the SDK threw.</param>
    public static Exception ToException(AzureVerdict verdict, AzureOperation operation, string target, Exception fault)
    {
        var (status, errorCode) = AnswerIn(fault);
        var answer = status == NoAnswer ? FirstLine(fault.Message) : $"{status} {errorCode}".TrimEnd();
        var message = $"{operation} of '{target}' failed: {answer}.{Advice(operation, errorCode)}";
        return verdict == AzureVerdict.OutcomeUnknown
            ? new StorageOutcomeUnknownException($"{message} It may have happened all the same.", fault)
            : new StorageUnavailableException(message, fault, RetryAfter(fault));
    }

    // The SDK has no type of its own for it: "Expected an HTTP status line, not ..." and "Expected an HTTP header line,
    // not ...". Any other invalid operation is a bug, and has to be seen.
    private static bool IsMalformedTransactionAnswer(Exception exception) =>
        exception.Message.StartsWith("Expected an HTTP ", StringComparison.Ordinal);

    private static AzureVerdict JudgeCreation(int status, string? errorCode) => (status, errorCode) switch
    {
        (409, "BlobAlreadyExists") or (412, "ConditionNotMet" or null) => AzureVerdict.AlreadyExists,
        _ => JudgeWrite(status, errorCode),
    };

    private static AzureVerdict JudgeAppend(int status, string? errorCode) => (status, errorCode) switch
    {
        // The position is the only condition that is ever sent, so a 412 without a code speaks of it.
        (412, "AppendPositionConditionNotMet" or null) => AzureVerdict.PositionTaken,
        (412, "MaxBlobSizeConditionNotMet") => AzureVerdict.Full,
        (409, "BlobIsSealed" or "BlockCountExceedsLimit") => AzureVerdict.Full,

        // A block blob, which is a segment that was written as a whole.
        (409, "InvalidBlobType") => AzureVerdict.Full,
        (404, "BlobNotFound") => AzureVerdict.Missing,
        _ => JudgeWrite(status, errorCode),
    };

    private static AzureVerdict JudgeCommit(int status, string? errorCode) => (status, errorCode) switch
    {
        // The condition is judged first, so that a list whose blocks an earlier commit has used up is not met here.
        (400, "InvalidBlockList") => AzureVerdict.PartsMissing,
        (409, "InvalidBlobType") => AzureVerdict.AlreadyExists,
        _ => JudgeCreation(status, errorCode),
    };

    private static AzureVerdict JudgeRowChange(int status, string? errorCode) => (status, errorCode) switch
    {
        (409, "EntityAlreadyExists") => AzureVerdict.Conflict,
        (412, "UpdateConditionNotSatisfied" or "ConditionNotMet" or null) => AzureVerdict.Conflict,
        _ when IsMissingRow(status, errorCode) => AzureVerdict.Conflict,
        _ => JudgeWrite(status, errorCode),
    };

    private static AzureVerdict JudgeWrite(int status, string? errorCode) => (status, errorCode) switch
    {
        (408 or 429, _) => AzureVerdict.OutcomeUnknown,

        // Conflicts that the service finds before it begins. Any other 409, above all BlobModifiedWhileReading, which
        // has been reported for requests that a reader disturbed, comes without the promise that nothing happened.
        (409, "ContainerBeingDeleted" or "ContainerDisabled" or "TableBeingDeleted" or "InvalidBlobType") =>
            AzureVerdict.Unavailable,
        (409, "BlobImmutableDueToPolicy" or "BlobArchived" or "SnapshotsPresent" or "MemoryExtentStoreAtSizeLimit") =>
            AzureVerdict.Unavailable,
        (409, _) => AzureVerdict.OutcomeUnknown,
        ( >= 400 and < 500, _) => AzureVerdict.Unavailable,
        _ => AzureVerdict.OutcomeUnknown,
    };

    private static bool IsMissingBlob(int status, string? errorCode) => (status, errorCode) is (404, "BlobNotFound");

    private static bool IsMissingRow(int status, string? errorCode) =>
        (status, errorCode) is (404, "ResourceNotFound" or "EntityNotFound");

    // Proof that the service never saw the request: there was no identity to send it with, or no connection to send it
    // over. The HTTP stack repeats requests without a body by itself on a new connection, so that a failure to connect
    // proves nothing about the first try of those.
    private static bool NeverSent(AzureOperation operation, Exception fault) => fault switch
    {
        AuthenticationFailedException => true,
        RequestFailedException { Status: NoAnswer, InnerException: HttpRequestException unsent } =>
            operation is not (AzureOperation.CreateSegment or AzureOperation.DeleteSegment)
            && unsent.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
                or HttpRequestError.SecureConnectionError,
        _ => false,
    };

    private static (int Status, string? ErrorCode) AnswerIn(Exception fault) => fault switch
    {
        RequestFailedException answered => (answered.Status, answered.ErrorCode),
        AggregateException { InnerExceptions: [.., var last] } => AnswerIn(last),
        _ => (NoAnswer, null),
    };

    private static TimeSpan? RetryAfter(Exception fault)
    {
        if ((fault as RequestFailedException)?.GetRawResponse() is not { } response
            || !response.Headers.TryGetValue("Retry-After", out var text))
        {
            return null;
        }

        return int.TryParse(text, out var seconds) && seconds >= 0 ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static string Advice(AzureOperation operation, string? errorCode) => errorCode switch
    {
        "ContainerNotFound" => " The container does not exist: create it, or correct its name in the settings.",
        "TableNotFound" => " The table does not exist: create it, or correct its name in the settings.",
        "AuthenticationFailed" or "InvalidAuthenticationInfo" =>
            " The service does not accept the account key or identity.",
        "AuthorizationFailure" =>
            $" The account's network rules must let this node in, and its identity needs {Roles(operation)}.",
        "AuthorizationPermissionMismatch" => $" The identity needs {Roles(operation)}; a new one works after minutes.",
        "InvalidHeaderValue" =>
            $" The service may not know version {AzureStorageOptions.BlobServiceVersionText} of the blob interface.",
        _ => "",
    };

    private static string Roles(AzureOperation operation) => operation switch
    {
        AzureOperation.ProbeRows or AzureOperation.ChangeRows or AzureOperation.ReadRows =>
            "the role Storage Table Data Contributor on the table",
        AzureOperation.SetUp => "the roles Storage Blob Data Contributor and Storage Table Data Contributor",
        _ => "the role Storage Blob Data Contributor on the container",
    };

    private static string FirstLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end
        ? text[..end].TrimEnd('.')
        : text.TrimEnd('.');
}
