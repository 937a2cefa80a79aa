using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Queues;

/// <summary>One request with lock tokens: those of a partition take effect in one write.</summary>
/// <param name="store">The share partitions.</param>
/// <param name="gates">One at a time for each of them.</param>
/// <param name="letters">Writes the dead letters that the request causes.</param>
/// <param name="view">The queue and its topic.</param>
/// <param name="memory">What batches that are restored for dead letters count against; null for no bound.</param>
internal sealed class TokenBatch(
    SharePartitionStore store, PartitionGates gates, DeadLetters letters, QueueView view, ByteShare? memory)
{
    /// <summary>Runs the request.</summary>
    /// <param name="tokens">As they came.</param>
    /// <param name="acknowledgement">What the receiver says.</param>
    /// <param name="cancellationToken">Abandons the wait; it may be done nevertheless.</param>
    /// <returns>What became of each, in the same order.</returns>
    public async ValueTask<IReadOnlyList<TokenOutcome>> RunAsync(
        IReadOnlyList<string> tokens, Acknowledgement acknowledgement, CancellationToken cancellationToken)
    {
        var failures = new TokenFailure?[tokens.Count];
        var parsed = new List<(int Place, LockToken Token)>();
        for (var place = 0; place < tokens.Count; place++)
        {
            if (!LockToken.TryParse(tokens[place], view.Id, out var token))
            {
                failures[place] = TokenFailure.InvalidToken;
            }
            else if (token.Partition < 0 || token.Partition >= view.Topic.PartitionCount)
            {
                // Of a former life of the topic, which had more partitions.
                failures[place] = TokenFailure.InvalidRecordState;
            }
            else
            {
                parsed.Add((place, token));
            }
        }

        var faults = new List<Exception>();
        foreach (var some in parsed.GroupBy(static one => one.Token.Partition).Chunk(QueueLimits.AtOnceMax))
        {
            var changes = await Task.WhenAll(some.Select(
                group => ChangeAsync(group.Key, [.. group], acknowledgement, failures, cancellationToken).AsTask()));
            faults.AddRange(changes.Select(static one => one.Fault).OfType<Exception>());
            foreach (var partition in some.Where((_, at) => changes[at].HasArchiving).Select(static one => one.Key))
            {
                await letters.TryWriteAsync(view, partition, memory, cancellationToken);
            }
        }

        // When storage failed for all, the request has failed, and says so in the way of all requests.
        return faults.Count > 0 && failures.All(static one => one is not null)
            ? throw (faults.Find(static one => one is StorageOutcomeUnknownException) ?? faults[0])
            : [.. tokens.Select((token, place) => new TokenOutcome(token, failures[place]))];
    }

    private async ValueTask<(bool HasArchiving, Exception? Fault)> ChangeAsync(
        int partition,
        (int Place, LockToken Token)[] tokens,
        Acknowledgement acknowledgement,
        TokenFailure?[] failures,
        CancellationToken cancellationToken)
    {
        try
        {
            (long, ulong)[] offsets = [.. tokens.Select(static one => (one.Token.Offset, one.Token.LockId))];
            var (held, hasArchiving) = await gates.InTurnAsync(
                view.Queue.Life,
                partition,
                () => store.ChangeAsync(
                    view, partition, known: null, state => Decide(state, offsets, acknowledgement), cancellationToken),
                cancellationToken);
            for (var at = 0; at < tokens.Length; at++)
            {
                failures[tokens[at].Place] = held[at] ? null : TokenFailure.InvalidRecordState;
            }

            return (hasArchiving, null);
        }
        catch (Exception fault) when (fault is StorageUnavailableException or StorageOutcomeUnknownException)
        {
            // Other partitions of the request go their own way, so the fault becomes the answer of these tokens.
            var failure = fault is StorageUnavailableException
                ? TokenFailure.StorageUnavailable
                : TokenFailure.OutcomeUnknown;
            Array.ForEach(tokens, one => failures[one.Place] = failure);
            return (false, fault);
        }
    }

    private (SharePartition Next, (IReadOnlyList<bool> Held, bool HasArchiving) Outcome) Decide(
        SharePartition state, (long Offset, ulong LockId)[] offsets, Acknowledgement acknowledgement)
    {
        var (next, held) = SharePartitionRules.Acknowledge(state, view.Settings, offsets, acknowledgement);
        return (next, (held, next.HasArchiving));
    }
}
