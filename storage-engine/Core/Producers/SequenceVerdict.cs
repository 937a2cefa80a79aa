namespace Serverless.StorageEngine.Producers;

/// <summary>What a partition's memory says of a batch, before any other condition.</summary>
internal abstract record SequenceVerdict
{
    /// <summary>The append time of batches that keep their producer's timestamps.</summary>
    public const long NoAppendTime = -1;

    private SequenceVerdict()
    {
    }

    /// <summary>None of its records is in the log as far as it is remembered, and it may be appended.</summary>
    public sealed record Next : SequenceVerdict
    {
        /// <summary>The only one.</summary>
        public static Next Instance { get; } = new();
    }

    /// <summary>All of it is in the log, its records one behind the other.</summary>
    /// <param name="BaseOffset">The offset of its first record.</param>
    /// <param name="AppendTime">The time given to its records, or <see cref="NoAppendTime"/>.</param>
    public sealed record Duplicate(long BaseOffset, long AppendTime) : SequenceVerdict;

    /// <summary>Its first records share a fate that the next one does not: they are in the log together, or none of
    /// them is.</summary>
    /// <param name="Count">How many: at least 1, and less than the batch has.</param>
    public sealed record Split(int Count) : SequenceVerdict;

    /// <summary>Its idempotency key came with another request.</summary>
    public sealed record Reused : SequenceVerdict
    {
        /// <summary>The only one.</summary>
        public static Reused Instance { get; } = new();
    }

    /// <summary>It does not continue its producer's batches.</summary>
    /// <param name="Expected">The sequence number that would.</param>
    public sealed record OutOfOrder(int Expected) : SequenceVerdict
    {
        /// <summary>Whether its producer's epoch is new here, and so has to begin at 0.</summary>
        public bool IsNewEpoch { get; init; }
    }

    /// <summary>Its producer was replaced by one with a higher epoch.</summary>
    /// <param name="Current">That epoch.</param>
    public sealed record StaleEpoch(short Current) : SequenceVerdict;

    /// <summary>Its producer is new here, and there is no room for it.</summary>
    /// <param name="WaitMs">When there may be, in milliseconds.</param>
    public sealed record TooManyProducers(long WaitMs) : SequenceVerdict;
}
