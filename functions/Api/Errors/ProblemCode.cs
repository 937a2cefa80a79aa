namespace Serverless.Functions.Api.Errors;

/// <summary>
/// Everything a request can be told. Where Kafka has an error for it, the name is Kafka's; <see cref="ProblemRules"/>
/// gives each code its name on the wire, its HTTP status and its retry rule.
/// </summary>
public enum ProblemCode
{
    /// <summary>The request is malformed: JSON, base64, UTF-8, a query parameter, a header.</summary>
    InvalidRequest,

    /// <summary>A record breaks a rule of the record format (Kafka 87).</summary>
    InvalidRecord,

    /// <summary>The CRC-32C of a record batch does not match its bytes (Kafka 2).</summary>
    CorruptMessage,

    /// <summary>A record batch names a codec that does not exist (Kafka 76).</summary>
    UnsupportedCompressionType,

    /// <summary>A record has a timestamp before 1970 (Kafka 32).</summary>
    InvalidTimestamp,

    /// <summary>A topic's name breaks Kafka's rules (Kafka 17).</summary>
    InvalidTopic,

    /// <summary>The number of partitions is not possible (Kafka 37).</summary>
    InvalidPartitions,

    /// <summary>A topic setting is unknown or its value not possible (Kafka 40).</summary>
    InvalidConfig,

    /// <summary>The name of a group or queue is not allowed (Kafka 24).</summary>
    InvalidGroupId,

    /// <summary>A text is no lock token of the queue that it is sent to.</summary>
    InvalidLockToken,

    /// <summary>A newer epoch of the idempotent producer has written to the partition (Kafka 47).</summary>
    InvalidProducerEpoch,

    /// <summary>Who makes the request is not known: nothing that is valid was shown (Kafka 58).</summary>
    SaslAuthenticationFailed,

    /// <summary>The principal lacks a right to a topic (Kafka 29).</summary>
    TopicAuthorizationFailed,

    /// <summary>The principal lacks a right to a group or queue (Kafka 30).</summary>
    GroupAuthorizationFailed,

    /// <summary>The principal lacks a right to the cluster (Kafka 31).</summary>
    ClusterAuthorizationFailed,

    /// <summary>The principal may not come back as this producer (Kafka 53).</summary>
    TransactionalIdAuthorizationFailed,

    /// <summary>The principal's name is not allowed, or nobody can be it by showing a key (Kafka 67).</summary>
    InvalidPrincipal,

    /// <summary>The principal, or all together, have as many keys as they may.</summary>
    TooManyKeys,

    /// <summary>The topic, or this partition of it, does not exist (Kafka 3).</summary>
    UnknownTopicOrPartition,

    /// <summary>There is no such group, or the topic has no such queue (Kafka 69).</summary>
    GroupIdNotFound,

    /// <summary>The group has no such member, or it was silent for too long (Kafka 25).</summary>
    UnknownMemberId,

    /// <summary>There is no such resource.</summary>
    NotFound,

    /// <summary>The resource exists and does not support the method.</summary>
    MethodNotAllowed,

    /// <summary>None of the answer's media types is acceptable to the client.</summary>
    NotAcceptable,

    /// <summary>The client did not send its request in time.</summary>
    RequestTimeout,

    /// <summary>A topic of this name exists (Kafka 36).</summary>
    TopicAlreadyExists,

    /// <summary>The node is at a maintenance run already.</summary>
    MaintenanceUnderWay,

    /// <summary>The lock that is stated does not hold the record, or no longer (Kafka 121).</summary>
    InvalidRecordState,

    /// <summary>The group has members (Kafka 68).</summary>
    NonEmptyGroup,

    /// <summary>The group has as many members as it may have (Kafka 81).</summary>
    GroupMaxSizeReached,

    /// <summary>Another member of the group has the partition.</summary>
    NotPartitionOwner,

    /// <summary>
    /// The member's epoch is another one: it gives everything up and joins again (Kafka 110).
    /// </summary>
    FencedMemberEpoch,

    /// <summary>A living member of the group has this instance id (Kafka 111).</summary>
    UnreleasedInstanceId,

    /// <summary>The epoch of a commit is not the member's; after a heartbeat it may try again (Kafka 113).</summary>
    StaleMemberEpoch,

    /// <summary>
    /// A sequence number does not follow the last one of its producer, and is none of the last ones (Kafka 45).
    /// </summary>
    OutOfOrderSequenceNumber,

    /// <summary>The partition's next offset is not the one that <c>If-Match</c> states.</summary>
    NextOffsetMismatch,

    /// <summary>The partition's fencing token is not the one that the request states.</summary>
    FencingTokenMismatch,

    /// <summary>A record or record batch is larger than the topic's <c>max.message.bytes</c> (Kafka 10).</summary>
    MessageTooLarge,

    /// <summary>The request is larger than this node accepts.</summary>
    RequestTooLarge,

    /// <summary>The body's media type or encoding is not one that the resource takes.</summary>
    UnsupportedMediaType,

    /// <summary>The offset lies before the log's start or behind its end (Kafka 1).</summary>
    OffsetOutOfRange,

    /// <summary>The <c>Idempotency-Key</c> stands for another request already.</summary>
    IdempotencyKeyReused,

    /// <summary>Too much is waiting already.</summary>
    Throttled,

    /// <summary>A quota of the principal or topic is used up (Kafka 89).</summary>
    ThrottlingQuotaExceeded,

    /// <summary>The storage service did not do what was asked, and certainly changed nothing.</summary>
    StorageUnavailable,

    /// <summary>The keys of the issuer of tokens could not be read, so that no token can be judged.</summary>
    IssuerUnavailable,

    /// <summary>A write may have happened or not; the storage service did not say.</summary>
    OutcomeUnknown,

    /// <summary>Stored bytes are not what was written (Kafka 56, KAFKA_STORAGE_ERROR).</summary>
    CorruptData,

    /// <summary>A bug of this program (Kafka -1, UNKNOWN_SERVER_ERROR).</summary>
    Internal,
}
