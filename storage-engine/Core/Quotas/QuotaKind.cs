namespace Serverless.StorageEngine.Quotas;

/// <summary>What a quota counts, in Kafka's words. The numbers are not stored.</summary>
public enum QuotaKind
{
    /// <summary>Bytes a second that are produced.</summary>
    ProducerByteRate,

    /// <summary>Bytes a second that are consumed.</summary>
    ConsumerByteRate,

    /// <summary>Requests a second, of all kinds.</summary>
    RequestRate,
}
