namespace Serverless.StorageEngine.Records;

/// <summary>The kinds of problems of a record batch, after Kafka's error codes.</summary>
public enum RecordBatchProblemCode
{
    /// <summary>Kafka's INVALID_RECORD (87): the header or a record breaks the format.</summary>
    InvalidRecord,

    /// <summary>Kafka's CORRUPT_MESSAGE (2): the CRC-32C does not match.</summary>
    CorruptMessage,

    /// <summary>
    /// Kafka's MESSAGE_TOO_LARGE (10): the batch is larger than the topic's <c>max.message.bytes</c>.
    /// </summary>
    MessageTooLarge,

    /// <summary>Kafka's UNSUPPORTED_COMPRESSION_TYPE (76).</summary>
    UnsupportedCompressionType,

    /// <summary>Kafka's INVALID_TIMESTAMP (32): a negative timestamp.</summary>
    InvalidTimestamp,
}
