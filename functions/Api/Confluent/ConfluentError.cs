using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Confluent;

/// <summary>Why a request to one of Confluent's APIs failed, in the words that their clients know.</summary>
/// <param name="Code">The <c>error_code</c>.</param>
/// <param name="Message">The <c>message</c>.</param>
internal sealed record ConfluentError(ConfluentErrorCode Code, string Message)
{
    /// <summary>
    /// When a retry makes sense, for the header <c>Retry-After</c>; null leaves it to the node's default.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The HTTP status.</summary>
    public int Status => StatusOf(Code);

    /// <summary>Kafka's sentence about an unknown topic or partition.</summary>
    public static ConfluentError UnknownTopicOrPartition { get; } =
        new(ConfluentErrorCode.ConsumerInstanceOrTopicNotFound, "This server does not host this topic-partition.");

    public static ConfluentError TopicNotFound { get; } = new(ConfluentErrorCode.TopicNotFound, "Topic not found.");

    public static ConfluentError PartitionNotFound { get; } =
        new(ConfluentErrorCode.PartitionNotFound, "Partition not found.");

    public static ConfluentError ConsumerGroupNotFound { get; } =
        new(ConfluentErrorCode.ConsumerGroupNotFound, "Consumer group id not found.");

    public static ConfluentError RouteNotFound { get; } = new(ConfluentErrorCode.NotFound, "HTTP 404 Not Found");

    public static ConfluentError MethodNotAllowed { get; } =
        new(ConfluentErrorCode.MethodNotAllowed, "HTTP 405 Method Not Allowed");

    public static ConfluentError NotAcceptable { get; } =
        new(ConfluentErrorCode.NotAcceptable, "HTTP 406 Not Acceptable");

    public static ConfluentError UnsupportedMediaType { get; } =
        new(ConfluentErrorCode.UnsupportedMediaType, "HTTP 415 Unsupported Media Type");

    /// <summary>A format with schemas comes with keys, and without a schema for them.</summary>
    public static ConfluentError KeySchemaMissing { get; } =
        new(ConfluentErrorCode.KeySchemaMissing, "Request includes keys but does not include key schema");

    /// <summary>A format with schemas comes with values, and without a schema for them.</summary>
    public static ConfluentError ValueSchemaMissing { get; } =
        new(ConfluentErrorCode.ValueSchemaMissing, "Request includes values but does not include value schema");

    /// <summary>The body or a parameter is malformed.</summary>
    /// <param name="detail">What the parser says.</param>
    public static ConfluentError BadRequest(string detail) =>
        new(ConfluentErrorCode.BadRequest, $"Bad Request: {detail}");

    /// <summary>The v3 payload breaks a rule.</summary>
    /// <param name="detail">Which.</param>
    public static ConfluentError InvalidPayload(string detail) =>
        new(ConfluentErrorCode.InvalidPayload, $"Payload error. {detail}");

    /// <summary>The HTTP status that goes with a code: its first three digits, but for 40001.</summary>
    /// <param name="code">Any code.</param>
    public static int StatusOf(ConfluentErrorCode code) => code switch
    {
        ConfluentErrorCode.InvalidConsumerConfigConstraint => 422,
        < (ConfluentErrorCode)1000 => (int)code,
        _ => (int)code / 100,
    };

    /// <summary>What Confluent's APIs say about a problem that has no words of its own there.</summary>
    /// <param name="problem">Any problem.</param>
    public static ConfluentError Of(Problem problem) => problem.Code switch
    {
        ProblemCode.InvalidRequest => BadRequest(problem.Detail),
        ProblemCode.InvalidRecord or ProblemCode.CorruptMessage or ProblemCode.UnsupportedCompressionType
            or ProblemCode.InvalidTimestamp => InvalidPayload(problem.Detail),
        ProblemCode.InvalidTopic or ProblemCode.InvalidPartitions or ProblemCode.InvalidConfig
            or ProblemCode.TopicAlreadyExists or ProblemCode.OffsetOutOfRange or ProblemCode.InvalidProducerEpoch
            or ProblemCode.OutOfOrderSequenceNumber or ProblemCode.InvalidRecordState or ProblemCode.NextOffsetMismatch
            or ProblemCode.FencingTokenMismatch =>
            new(ConfluentErrorCode.InvalidRequest, problem.Detail),
        ProblemCode.SaslAuthenticationFailed => new(ConfluentErrorCode.AuthenticationFailed, problem.Detail),
        ProblemCode.TopicAuthorizationFailed or ProblemCode.GroupAuthorizationFailed
            or ProblemCode.ClusterAuthorizationFailed or ProblemCode.TransactionalIdAuthorizationFailed =>
            new(ConfluentErrorCode.AuthorizationFailed, problem.Detail),
        ProblemCode.UnknownTopicOrPartition => UnknownTopicOrPartition,
        ProblemCode.GroupIdNotFound => ConsumerGroupNotFound,
        ProblemCode.MaintenanceUnderWay or ProblemCode.TooManyKeys or ProblemCode.NonEmptyGroup
            or ProblemCode.GroupMaxSizeReached
            or ProblemCode.NotPartitionOwner or ProblemCode.FencedMemberEpoch or ProblemCode.UnreleasedInstanceId
            or ProblemCode.StaleMemberEpoch =>
            new(ConfluentErrorCode.IllegalState, $"Illegal state: {problem.Detail}"),
        ProblemCode.UnknownMemberId => new(ConfluentErrorCode.NotFound, problem.Detail),
        ProblemCode.NotFound => RouteNotFound,
        ProblemCode.MethodNotAllowed => MethodNotAllowed,
        ProblemCode.NotAcceptable => NotAcceptable,
        ProblemCode.UnsupportedMediaType => UnsupportedMediaType,
        ProblemCode.Throttled =>
            new(ConfluentErrorCode.QuotaExceeded, problem.Detail) { RetryAfter = problem.RetryAfter },
        ProblemCode.ThrottlingQuotaExceeded =>
            new(ConfluentErrorCode.TooManyRequests, problem.Detail) { RetryAfter = problem.RetryAfter },
        ProblemCode.StorageUnavailable or ProblemCode.IssuerUnavailable =>
            new(ConfluentErrorCode.BrokerNotAvailable, problem.Detail) { RetryAfter = problem.RetryAfter },
        ProblemCode.OutcomeUnknown => new(ConfluentErrorCode.RetriableKafkaError, problem.Detail),
        ProblemCode.CorruptData => new(ConfluentErrorCode.KafkaError, problem.Detail),
        _ => new((ConfluentErrorCode)problem.Rule.Status, problem.Detail),
    };
}
