using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Producers;

namespace Serverless.StorageEngine.Log;

/// <summary>
/// What a log remembers of earlier appends in order to judge the next ones. Part of the log's state: it follows from
/// the blocks alone, and checkpoints carry it.
/// </summary>
/// <param name="Producers">The idempotent producers.</param>
/// <param name="Requests">The requests with an idempotency key.</param>
/// <param name="FencingToken">The token that was set last; empty when there is none.</param>
internal sealed record AppendHistory(ProducerStates Producers, RequestWindow Requests, string FencingToken)
{
    /// <summary>The history of a log without blocks.</summary>
    public static AppendHistory Empty { get; } = new(ProducerStates.Empty, RequestWindow.Empty, "");

    /// <summary>How much is remembered, and for how long; the same for every node that shares the log.</summary>
    public ProducerLimits Limits => Producers.Limits;

    /// <summary>The same history, from here on under other limits.</summary>
    public AppendHistory Under(ProducerLimits limits) => ReferenceEquals(limits, Limits)
        ? this
        : this with { Producers = Producers.Under(limits), Requests = Requests.Under(limits) };

    /// <summary>The history behind a batch that is in the log. The same one unless the batch can be repeated.</summary>
    /// <param name="entry">The batch.</param>
    /// <param name="time">The log's time, the block of the batch included.</param>
    public AppendHistory With(in BlockEntry entry, long time)
    {
        if (entry.ProducerId >= 0)
        {
            var batch = new ProducerBatch(entry.RecordCount, entry.BaseOffset, AppendTime(entry));
            return this with
            {
                Producers = Producers.With(entry.ProducerId, entry.ProducerEpoch, entry.BaseSequence, batch, time),
            };
        }

        return entry.Request is { } request
            ? this with
            {
                Requests = Requests.With(new RequestRun(
                    request.Request,
                    request.FirstOrdinal,
                    entry.RecordCount,
                    entry.BaseOffset,
                    AppendTime(entry),
                    time)),
            }
            : this;
    }

    /// <summary>The history without what nobody can repeat any more.</summary>
    /// <param name="time">The log's time.</param>
    public AppendHistory WithoutExpired(long time)
    {
        var (producers, requests) = (Producers.WithoutExpired(time), Requests.WithoutExpired(time));
        return ReferenceEquals(producers, Producers) && ReferenceEquals(requests, Requests)
            ? this
            : this with { Producers = producers, Requests = requests };
    }

    private static long AppendTime(in BlockEntry entry) =>
        entry.IsLogAppendTime ? entry.MaxTimestamp : SequenceVerdict.NoAppendTime;
}
