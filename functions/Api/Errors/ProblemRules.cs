using System.Diagnostics;
using static Serverless.Functions.Api.Errors.SideEffects;

namespace Serverless.Functions.Api.Errors;

/// <summary>The one table of problem codes. Pure and total: a contract test fails when a code has no rule.</summary>
public static class ProblemRules
{
    /// <summary>The rule of a code.</summary>
    /// <param name="code">Any defined code.</param>
    /// <remarks>
    /// Kafka calls CORRUPT_MESSAGE retriable because its own network may be at fault; behind TCP and TLS the same bytes
    /// stay wrong, so here it is not. OUTCOME_UNKNOWN is retryable in the sense that a retry is the way to find out;
    /// without a producer or an idempotency key it may store the records twice, which <c>side_effects</c> says.
    /// </remarks>
    public static ProblemRule Of(ProblemCode code) => code switch
    {
        ProblemCode.InvalidRequest => Refusal("INVALID_REQUEST", 400, "The request is malformed."),
        ProblemCode.InvalidRecord => Refusal("INVALID_RECORD", 400, "A record breaks the record format."),
        ProblemCode.CorruptMessage => Refusal("CORRUPT_MESSAGE", 400, "A record batch does not match its checksum."),
        ProblemCode.UnsupportedCompressionType =>
            Refusal("UNSUPPORTED_COMPRESSION_TYPE", 400, "A record batch uses a codec that does not exist."),
        ProblemCode.InvalidTimestamp => Refusal("INVALID_TIMESTAMP", 400, "A record's timestamp is out of range."),
        ProblemCode.InvalidTopic => Refusal("INVALID_TOPIC", 400, "The topic's name is not allowed."),
        ProblemCode.InvalidPartitions =>
            Refusal("INVALID_PARTITIONS", 400, "The number of partitions is not possible."),
        ProblemCode.InvalidConfig => Refusal("INVALID_CONFIG", 400, "A topic setting is not possible."),
        ProblemCode.InvalidGroupId => Refusal("INVALID_GROUP_ID", 400, "The name of a group or queue is not allowed."),
        ProblemCode.InvalidLockToken => Refusal("INVALID_LOCK_TOKEN", 400, "The text is no lock token of this queue."),
        ProblemCode.InvalidProducerEpoch =>
            Refusal("INVALID_PRODUCER_EPOCH", 403, "A newer epoch of the producer has taken over."),
        ProblemCode.SaslAuthenticationFailed =>
            Refusal("SASL_AUTHENTICATION_FAILED", 401, "Who makes the request is not known."),
        ProblemCode.TopicAuthorizationFailed =>
            Refusal("TOPIC_AUTHORIZATION_FAILED", 403, "The principal lacks a right to a topic."),
        ProblemCode.GroupAuthorizationFailed =>
            Refusal("GROUP_AUTHORIZATION_FAILED", 403, "The principal lacks a right to a group or queue."),
        ProblemCode.ClusterAuthorizationFailed =>
            Refusal("CLUSTER_AUTHORIZATION_FAILED", 403, "The principal lacks a right to the cluster."),
        ProblemCode.TransactionalIdAuthorizationFailed => Refusal(
            "TRANSACTIONAL_ID_AUTHORIZATION_FAILED", 403, "The principal may not come back as this producer."),
        ProblemCode.InvalidPrincipal => Refusal("INVALID_PRINCIPAL", 400, "The principal's name is not allowed."),
        ProblemCode.TooManyKeys => Refusal("TOO_MANY_KEYS", 409, "There are as many keys as there may be."),
        ProblemCode.UnknownTopicOrPartition =>
            Refusal("UNKNOWN_TOPIC_OR_PARTITION", 404, "The topic or partition does not exist."),
        ProblemCode.GroupIdNotFound => Refusal("GROUP_ID_NOT_FOUND", 404, "There is no such group or queue."),
        ProblemCode.UnknownMemberId => Refusal("UNKNOWN_MEMBER_ID", 404, "The group has no such member."),
        ProblemCode.NotFound => Refusal("NOT_FOUND", 404, "There is no such resource."),
        ProblemCode.MethodNotAllowed =>
            Refusal("METHOD_NOT_ALLOWED", 405, "The resource does not support this method."),
        ProblemCode.NotAcceptable => Refusal("NOT_ACCEPTABLE", 406, "The answer has no media type the client accepts."),
        ProblemCode.RequestTimeout =>
            new("REQUEST_TIMED_OUT", 408, "The request did not arrive in time.", Retryable: true, None),
        ProblemCode.TopicAlreadyExists => Refusal("TOPIC_ALREADY_EXISTS", 409, "A topic of this name exists."),
        ProblemCode.MaintenanceUnderWay =>
            new("MAINTENANCE_UNDER_WAY", 409, "This node is at a maintenance run.", Retryable: true, None),
        ProblemCode.InvalidRecordState =>
            Refusal("INVALID_RECORD_STATE", 409, "The lock does not hold the record, or no longer."),
        ProblemCode.NonEmptyGroup => Refusal("NON_EMPTY_GROUP", 409, "The group has members."),
        ProblemCode.GroupMaxSizeReached =>
            Refusal("GROUP_MAX_SIZE_REACHED", 409, "The group has as many members as it may have."),
        ProblemCode.NotPartitionOwner =>
            Refusal("NOT_PARTITION_OWNER", 409, "Another member of the group has the partition."),
        ProblemCode.FencedMemberEpoch =>
            Refusal("FENCED_MEMBER_EPOCH", 409, "The member must give everything up and join again."),
        ProblemCode.UnreleasedInstanceId =>
            Refusal("UNRELEASED_INSTANCE_ID", 409, "A living member of the group has this instance id."),
        ProblemCode.StaleMemberEpoch =>
            Refusal("STALE_MEMBER_EPOCH", 409, "The epoch of the commit is not the member's."),
        ProblemCode.OutOfOrderSequenceNumber => Refusal(
            "OUT_OF_ORDER_SEQUENCE_NUMBER", 409, "The sequence number does not follow the producer's last one."),
        ProblemCode.NextOffsetMismatch =>
            Refusal("NEXT_OFFSET_MISMATCH", 412, "The partition's next offset is another one."),
        ProblemCode.FencingTokenMismatch =>
            Refusal("FENCING_TOKEN_MISMATCH", 412, "The partition's fencing token is another one."),
        ProblemCode.MessageTooLarge => Refusal("MESSAGE_TOO_LARGE", 413, "A record is larger than the topic allows."),
        ProblemCode.RequestTooLarge => Refusal("REQUEST_TOO_LARGE", 413, "The request is larger than allowed."),
        ProblemCode.UnsupportedMediaType =>
            Refusal("UNSUPPORTED_MEDIA_TYPE", 415, "The body's media type is not supported here."),
        ProblemCode.OffsetOutOfRange => Refusal("OFFSET_OUT_OF_RANGE", 416, "The offset is not in the log."),
        ProblemCode.IdempotencyKeyReused =>
            Refusal("IDEMPOTENCY_KEY_REUSED", 422, "The idempotency key stands for another request already."),
        ProblemCode.Throttled => new("THROTTLED", 429, "Too much is waiting already.", Retryable: true, None),
        ProblemCode.ThrottlingQuotaExceeded =>
            new("THROTTLING_QUOTA_EXCEEDED", 429, "A quota is used up.", Retryable: true, None),
        ProblemCode.StorageUnavailable =>
            new("STORAGE_UNAVAILABLE", 503, "The storage service is not available.", Retryable: true, None),
        ProblemCode.IssuerUnavailable =>
            new("ISSUER_UNAVAILABLE", 503, "The issuer of tokens is not available.", Retryable: true, None),
        ProblemCode.OutcomeUnknown =>
            new("OUTCOME_UNKNOWN", 503, "Whether the request took effect is not known.", Retryable: true, Possible),
        ProblemCode.CorruptData =>
            new("KAFKA_STORAGE_ERROR", 500, "Stored data is damaged.", Retryable: false, None),
        ProblemCode.Internal =>
            new("UNKNOWN_SERVER_ERROR", 500, "The server made a mistake.", Retryable: false, Possible),
        _ => throw new UnreachableException($"The problem code {code} has no rule."),
    };

    /// <summary>The code for an HTTP status that the framework has chosen, such as 404 and 405 from routing.</summary>
    /// <param name="status">400 to 599.</param>
    public static ProblemCode OfStatus(int status) => status switch
    {
        401 => ProblemCode.SaslAuthenticationFailed,
        403 => ProblemCode.ClusterAuthorizationFailed,
        404 => ProblemCode.NotFound,
        405 => ProblemCode.MethodNotAllowed,
        406 => ProblemCode.NotAcceptable,
        408 => ProblemCode.RequestTimeout,
        413 => ProblemCode.RequestTooLarge,
        415 => ProblemCode.UnsupportedMediaType,
        429 => ProblemCode.Throttled,
        503 => ProblemCode.StorageUnavailable,
        >= 500 => ProblemCode.Internal,
        _ => ProblemCode.InvalidRequest,
    };

    /// <summary>The word for <paramref name="effects"/> on the wire.</summary>
    /// <param name="effects">Any defined value.</param>
    public static string NameOf(SideEffects effects) => effects switch
    {
        None => "none",
        Possible => "possible",
        Applied => "applied",
        _ => throw new UnreachableException($"The side effects {effects} have no name."),
    };

    private static ProblemRule Refusal(string name, int status, string title) =>
        new(name, status, title, Retryable: false, None);
}
