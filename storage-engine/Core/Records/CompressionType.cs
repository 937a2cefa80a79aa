namespace Serverless.StorageEngine.Records;

/// <summary>How the records of a batch are compressed; the numbers are those of Kafka's attributes bits 0–2.</summary>
public enum CompressionType
{
    /// <summary>Not compressed.</summary>
    None = 0,

    /// <summary>RFC 1952.</summary>
    Gzip = 1,

    /// <summary>Snappy, raw or in the framing of the Java client.</summary>
    Snappy = 2,

    /// <summary>The LZ4 frame format.</summary>
    Lz4 = 3,

    /// <summary>RFC 8878.</summary>
    Zstd = 4,
}
