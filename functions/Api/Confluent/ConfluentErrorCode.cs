namespace Serverless.Functions.Api.Confluent;

/// <summary>
/// The <c>error_code</c> of Confluent's REST APIs: an HTTP status, or five digits that refine one. The numbers are
/// their contract; <see cref="ConfluentError.StatusOf"/> gives the HTTP status.
/// </summary>
internal enum ConfluentErrorCode
{
    /// <summary>Malformed JSON, unknown member, wrong type, bad base64.</summary>
    BadRequest = 400,

    /// <summary>No such route, or no such cluster or setting.</summary>
    NotFound = 404,

    /// <summary>The route exists, the method does not.</summary>
    MethodNotAllowed = 405,

    /// <summary>The client accepts none of the answer's media types.</summary>
    NotAcceptable = 406,

    /// <summary>The request did not arrive in time.</summary>
    RequestTimeout = 408,

    /// <summary>The record or the request is too large.</summary>
    TooLarge = 413,

    /// <summary>The body's media type is not one that the route takes.</summary>
    UnsupportedMediaType = 415,

    /// <summary>The body breaks a rule beyond its syntax.</summary>
    Unprocessable = 422,

    /// <summary>Too many requests.</summary>
    TooManyRequests = 429,

    /// <summary>A mistake of this program.</summary>
    InternalServerError = 500,

    /// <summary>A numeric consumer setting is out of range; status 422.</summary>
    InvalidConsumerConfigConstraint = 40001,

    /// <summary>Kafka would say: invalid partitions, replication factor, setting, or the topic exists.</summary>
    InvalidRequest = 40002,

    /// <summary>Who makes the request is not known.</summary>
    AuthenticationFailed = 40101,

    /// <summary>Who makes the request may not do this.</summary>
    AuthorizationFailed = 40301,

    /// <summary>The topic was not found where it had to exist.</summary>
    TopicNotFound = 40401,

    /// <summary>The topic has no such partition.</summary>
    PartitionNotFound = 40402,

    /// <summary>There is no such consumer instance; also what Kafka says about an unknown topic or partition.</summary>
    ConsumerInstanceOrTopicNotFound = 40403,

    /// <summary>There is no such consumer group.</summary>
    ConsumerGroupNotFound = 40405,

    /// <summary>The format asked for differs from that of the consumer instance.</summary>
    ConsumerFormatMismatch = 40601,

    /// <summary>Stored bytes cannot be shown in the format asked for.</summary>
    KafkaSerialization = 40801,

    /// <summary>The consumer is subscribed already.</summary>
    ConsumerAlreadySubscribed = 40901,

    /// <summary>The instance's name is taken in the group.</summary>
    ConsumerAlreadyExists = 40902,

    /// <summary>The consumer is in a state in which this is not possible.</summary>
    IllegalState = 40903,

    /// <summary>A format with schemas, a key, and no key schema.</summary>
    KeySchemaMissing = 42201,

    /// <summary>A format with schemas, a value, and no value schema.</summary>
    ValueSchemaMissing = 42202,

    /// <summary>A consumer setting is not possible.</summary>
    InvalidConsumerConfig = 42204,

    /// <summary>The schema is no schema.</summary>
    InvalidSchema = 42205,

    /// <summary>The payload of a v3 request breaks a rule.</summary>
    InvalidPayload = 42206,

    /// <summary>A key or value of a v3 record cannot be turned into bytes.</summary>
    SerializationFailed = 42207,

    /// <summary>The envelope of a v3 batch breaks a rule.</summary>
    InvalidBatch = 42208,

    /// <summary>Too much is waiting already.</summary>
    QuotaExceeded = 42901,

    /// <summary>A fault that a retry does not mend.</summary>
    KafkaError = 50002,

    /// <summary>A fault that a retry may mend; also one whose outcome is not known.</summary>
    RetriableKafkaError = 50003,

    /// <summary>The storage behind the log is not available; nothing was changed.</summary>
    BrokerNotAvailable = 50302,
}
