namespace Serverless.StorageEngine.Groups;

/// <summary>
/// Where an instance starts to read a partition that has no committed offset (<c>auto.offset.reset</c>).
/// </summary>
public enum AutoOffsetReset
{
    /// <summary>Behind the last record; Kafka's default.</summary>
    Latest,

    /// <summary>At the first record that is left.</summary>
    Earliest,

    /// <summary>Nowhere: the read is refused.</summary>
    None,
}
