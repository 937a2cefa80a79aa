using Serverless.StorageEngine.Log;

namespace Serverless.StorageEngine.Groups;

/// <summary>Fetches from several partitions into one collection of records, and waits until they have more.</summary>
internal sealed class RecordFetcher
{
    private readonly PositionFinder _finder;
    private readonly EventLog _log;
    private readonly Random _random;

    public RecordFetcher(PositionFinder finder, EventLog log, Random random)
    {
        _finder = finder;
        _log = log;
        _random = random;
    }

    /// <summary>Takes what is there behind what was taken already, until no more fits.</summary>
    /// <param name="positions">Where the read began in each partition.</param>
    /// <param name="settings">Of the instance.</param>
    /// <param name="taken">The collection.</param>
    /// <param name="cancellationToken">Abandons the fetches.</param>
    /// <returns>
    /// The positions in another order; one that was out of range stands where <c>auto.offset.reset</c> sends it.
    /// </returns>
    public async ValueTask<IReadOnlyList<ReadPosition>> FetchAsync(
        IReadOnlyList<ReadPosition> positions,
        InstanceSettings settings,
        RecordCollection taken,
        CancellationToken cancellationToken)
    {
        // Another partition comes first each time, so that a busy one does not keep the others from being read.
        var first = positions.Count == 0 ? 0 : _random.Next(positions.Count);
        var turned = positions.Skip(first).Concat(positions.Take(first)).ToList();
        for (var at = 0; at < turned.Count && !taken.Full; at += GroupLimits.FetchesAtOnceMax)
        {
            var some = turned.Skip(at).Take(GroupLimits.FetchesAtOnceMax).ToList();
            var bytes = Math.Min(taken.BytesLeft, Math.Max(GroupLimits.FetchBytesMin, taken.BytesLeft / some.Count));
            var fetched = await Task.WhenAll(
                some.Select(one => FetchOneAsync(taken.Behind(one), settings, bytes, cancellationToken).AsTask()));
            for (var index = 0; index < some.Count; index++)
            {
                var (position, outcome) = fetched[index];
                turned[at + index] = taken.Holds(position.Partition) ? some[index] : position;
                Take(taken, position, outcome);
            }
        }

        return turned;
    }

    /// <summary>Waits until a partition has something behind what was taken of it.</summary>
    /// <param name="positions">At least one.</param>
    /// <param name="taken">The collection.</param>
    /// <param name="timeout">How long to wait at most.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    public async ValueTask WaitAsync(
        IReadOnlyList<ReadPosition> positions,
        RecordCollection taken,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waits = positions
            .Select(taken.Behind)
            .GroupBy(static one => one.Topic, static one => new PartitionPosition(one.Partition.Partition, one.Start))
            .Select(one => _log.WaitAsync(one.Key, [.. one], timeout, enough.Token).AsTask())
            .ToList();
        await Task.WhenAny(waits);
        enough.Cancel();
        try
        {
            await Task.WhenAll(waits);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The waits for the other topics, which were no longer needed. A fault of any of them would have come
            // instead.
        }
    }

    private static void Take(RecordCollection taken, ReadPosition position, FetchOutcome outcome)
    {
        switch (outcome)
        {
            case FetchOutcome.Fetched fetched when !taken.Full && taken.HasRoomFor(position.Partition):
                taken.Take(position, fetched);
                break;
            case FetchOutcome.OffsetOutOfRange range when !taken.Full:
                taken.Stop(new ReadOutcome.Refused(
                    GroupError.NoOffset,
                    $"Offset {position.Start} of {position.Partition} is out of the range {range.LogStartOffset} to "
                    + $"{range.HighWatermark}, with no configured reset policy"));
                break;
            default:
                break;
        }
    }

    private async ValueTask<(ReadPosition Position, FetchOutcome Outcome)> FetchOneAsync(
        ReadPosition position, InstanceSettings settings, int bytes, CancellationToken cancellationToken)
    {
        var outcome = await _log.FetchAsync(
            position.Topic, position.Partition.Partition, position.Start, bytes, cancellationToken);
        if (outcome is FetchOutcome.OffsetOutOfRange
            && await _finder.ResetAsync(position.Topic, position.Partition, settings, cancellationToken) is { } reset)
        {
            position = position with { Start = reset, Uncommitted = true };
            outcome = await _log.FetchAsync(
                position.Topic, position.Partition.Partition, reset, bytes, cancellationToken);
        }

        return (position, outcome);
    }
}
