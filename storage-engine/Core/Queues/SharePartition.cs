using System.Collections.Immutable;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Queues;

/// <summary>
/// What a queue knows of one partition (KIP-932's share partition). Everything before the start offset is done,
/// everything from the end offset on was never delivered, and what lies between is in flight.
/// </summary>
/// <param name="Topic">The life of the topic.</param>
/// <param name="StartOffset">The first offset that is not done (SPSO); never falls.</param>
/// <param name="Records">
/// One for each offset from the start offset on; the first one, if any, is not done. At most
/// <see cref="QueueLimits.InFlightMax"/>.
/// </param>
public sealed record SharePartition(TopicId Topic, long StartOffset, ImmutableArray<InFlightRecord> Records)
{
    /// <summary>The first offset that was never delivered.</summary>
    public long EndOffset => StartOffset + Records.Length;

    /// <summary>Nothing was delivered yet.</summary>
    public static SharePartition Begin(TopicId topic, long startOffset) => new(topic, startOffset, []);

    /// <summary>Whether dead letters are still to be written.</summary>
    public bool HasArchiving => Records.Any(static record => record.State == RecordState.Archiving);

    /// <summary>The records in a state.</summary>
    public IEnumerable<(long Offset, InFlightRecord Record)> In(RecordState state) => Records
        .Select((record, index) => (StartOffset + index, record))
        .Where(one => one.record.State == state);

    /// <summary>The same partition with other records, less those at its start that are done.</summary>
    internal SharePartition With(IReadOnlyList<InFlightRecord> records)
    {
        var done = 0;
        while (done < records.Count && records[done].IsDone)
        {
            done++;
        }

        return this with { StartOffset = StartOffset + done, Records = [.. records.Skip(done)] };
    }
}
