namespace Serverless.StorageEngine.Producers;

/// <summary>Who an idempotent producer is (KIP-98).</summary>
/// <param name="Id">Its producer id, not negative.</param>
/// <param name="Epoch">0 to <see cref="EpochMax"/>: a producer of the same id and a higher epoch replaces it.</param>
public readonly record struct ProducerIdentity(long Id, short Epoch)
{
    /// <summary>The highest epoch that is handed out; Kafka keeps the one behind it for itself.</summary>
    public const short EpochMax = short.MaxValue - 1;
}
