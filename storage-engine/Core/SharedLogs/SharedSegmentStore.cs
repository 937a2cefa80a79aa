using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Retention.Cost;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.SharedLogs.Rows;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>
/// A segment store in which many segments lie in one chain of append blobs: those whose names say so. All appends that
/// come within one interval, for whichever of them, are one append to storage. The others have blobs of their own.
/// </summary>
/// <remarks>
/// Keeps every promise of <see cref="ISegmentStore"/>; whoever uses it notices nothing but the price. Segments that are
/// written as a whole always have blobs of their own.
/// </remarks>
internal sealed class SharedSegmentStore(SharedContext context) : ISegmentStore
{
    /// <summary>The most shared logs that a node keeps open; beyond, the idle one that was used longest ago is
    /// forgotten and opened again on use.</summary>
    public const int OpenLogsMax = 1_000;

    private readonly ConcurrentDictionary<SharedLogId, SharedLog> _logs = new();
    private long _uses;

    /// <summary>Says how far apart a topic wants the paid appends to a segment.</summary>
    public void Space(SegmentName segment, TopicId topic, TopicConfig config)
    {
        if (SharedKeys.LogOf(segment.Value) is { } log)
        {
            Get(log).Intervals.Note(topic, config.AppendInterval, LogPlacement.HasSay(config, log));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> CreateAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        if (SharedKeys.LogOf(segment.Value) is not { } log)
        {
            return await context.Blobs.CreateAsync(segment, cancellationToken);
        }

        return await WriteAsync(log, SharedWriteKind.Create, segment, cancellationToken) switch
        {
            SegmentAppend.Appended => true,
            SegmentAppend.PositionTaken => false,
            SegmentAppend.Full => throw new StorageUnavailableException(
                $"Shared log {log} carries {context.Tuning.SegmentsMax} segments and takes no more."),
            _ => throw new StorageUnavailableException($"Shared log {log} was deleted with its topic."),
        };
    }

    /// <summary>Creates a partition's next segment where the topic wants it, or with a blob of its own when the shared log
    /// takes no more.</summary>
    /// <param name="placement">Where the topic wants it.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="baseOffset">The segment's first offset.</param>
    /// <param name="nonce">64 random bits; the same again for another try.</param>
    /// <param name="account">The account of a blob of its own.</param>
    /// <exception cref="StorageUnavailableException">It does not exist.</exception>
    /// <exception cref="StorageOutcomeUnknownException">It may exist. Calling again is safe.</exception>
    public async ValueTask<SegmentName> CreateAsync(
        LogPlacement placement, PartitionId partition, long baseOffset, long nonce, string account) =>
        await TryCreateAsync(placement, partition, baseOffset, nonce, account)
        ?? await CreateAloneAsync(partition, baseOffset, nonce, account);

    /// <summary>Creates a partition's next segment where the topic wants it, and nowhere else.</summary>
    /// <inheritdoc cref="CreateAsync(LogPlacement, PartitionId, long, long, string)"/>
    /// <returns>Null when the shared log takes no more.</returns>
    public async ValueTask<SegmentName?> TryCreateAsync(
        LogPlacement placement, PartitionId partition, long baseOffset, long nonce, string account)
    {
        if (placement.LogOf(partition) is not { } log)
        {
            return await CreateAloneAsync(partition, baseOffset, nonce, account);
        }

        var shared = SharedKeys.SegmentName(log, partition, baseOffset, nonce);
        return await WriteAsync(log, SharedWriteKind.Create, shared, CancellationToken.None)
            is SegmentAppend.Appended or SegmentAppend.PositionTaken
            ? shared
            : null;
    }

    private async ValueTask<SegmentName> CreateAloneAsync(
        PartitionId partition, long baseOffset, long nonce, string account)
    {
        var segment = LogKeys.SegmentName(partition, baseOffset, nonce).In(account);
        await context.Blobs.CreateAsync(segment, CancellationToken.None);
        return segment;
    }

    /// <inheritdoc/>
    public async ValueTask<SegmentAppend> AppendAsync(
        SegmentName segment, long position, ReadOnlySequence<byte> block, CancellationToken cancellationToken)
    {
        if (SharedKeys.LogOf(segment.Value) is not { } log)
        {
            return await context.Blobs.AppendAsync(segment, position, block, cancellationToken);
        }

        SegmentArguments.CheckAppend(segment, position, block);
        cancellationToken.ThrowIfCancellationRequested();

        // Not abandoned: the bytes are the caller's again when this completes.
        return await Get(log).WriteAsync(new SharedWrite(SharedWriteKind.Append, segment, position, block));
    }

    /// <inheritdoc/>
    public ValueTask StageAsync(
        SegmentName segment, int number, ReadOnlySequence<byte> part, CancellationToken cancellationToken) =>
        context.Blobs.StageAsync(segment, number, part, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> CommitAsync(SegmentName segment, int partCount, CancellationToken cancellationToken) =>
        context.Blobs.CommitAsync(segment, partCount, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SegmentRead> ReadAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (SharedKeys.LogOf(segment.Value) is not { } log)
        {
            return context.Blobs.ReadAsync(segment, position, destination, cancellationToken);
        }

        SegmentArguments.CheckRead(segment, position, destination);
        return Get(log).ReadAsync(segment, position, destination, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<long?> GetLengthAsync(SegmentName segment, CancellationToken cancellationToken) =>
        SharedKeys.LogOf(segment.Value) is { } log
            ? Get(log).GetLengthAsync(segment, cancellationToken)
            : context.Blobs.GetLengthAsync(segment, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SegmentName> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!prefix.StartsWith(SharedKeys.SegmentPrefix, StringComparison.Ordinal))
        {
            await foreach (var segment in context.Blobs.ListAsync(prefix, cancellationToken))
            {
                yield return segment;
            }

            yield break;
        }

        var logs = prefix[SharedKeys.SegmentPrefix.Length..].Split('/')[0];
        await foreach (var log in FindLogsAsync(logs, cancellationToken))
        {
            foreach (var segment in await Get(log).ListAsync(cancellationToken))
            {
                if (segment.Value.StartsWith(prefix, StringComparison.Ordinal))
                {
                    yield return segment;
                }
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        if (SharedKeys.LogOf(segment.Value) is not { } log)
        {
            await context.Blobs.DeleteAsync(segment, cancellationToken);
            return;
        }

        await WriteAsync(log, SharedWriteKind.Delete, segment, cancellationToken);
    }

    /// <summary>The shared logs whose names begin with a prefix, in ordinal order.</summary>
    public async IAsyncEnumerable<SharedLogId> FindLogsAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var range = SharedKeys.Registrations(prefix);
        while (true)
        {
            var page = await context.Tables.QueryAsync(
                SharedKeys.Registry, range, TableLimits.PageRowsMax, cancellationToken);
            foreach (var row in page.Rows)
            {
                yield return new SharedLogId(
                    RowJson.Read(row, SharedRowsJson.Default.SharedRegistration).Log);
            }

            if (!page.More)
            {
                yield break;
            }

            range = range.After(page.Rows[^1].Key);
        }
    }

    /// <summary>Counts the paid appends to a shared log that are a topic's.</summary>
    /// <inheritdoc cref="CarrierAppends.CountAsync"/>
    public ValueTask<SharedUsage?> CountAppendsAsync(
        SharedLogId log, TopicId topic, long from, CancellationToken cancellationToken) =>
        Get(log).CountAppendsAsync(topic, from, cancellationToken);

    /// <summary>Deletes the carriers of a shared log that hold nothing that counts.</summary>
    /// <param name="log">The shared log.</param>
    /// <param name="goesOn">Whether to go on with the next carrier.</param>
    /// <param name="cancellationToken">Abandons the work between two carriers.</param>
    /// <returns>How many went, and their bytes.</returns>
    public ValueTask<(int Carriers, long Bytes)> SweepAsync(
        SharedLogId log, Func<bool> goesOn, CancellationToken cancellationToken) =>
        Get(log).SweepAsync(goesOn, cancellationToken);

    /// <summary>Deletes what shared logs hold of a topic whose logs have ended: its own shared logs as a whole, and its
    /// segments in those of groups. Idempotent.</summary>
    public async ValueTask RemoveTopicAsync(TopicId topic, CancellationToken cancellationToken)
    {
        await foreach (var log in FindLogsAsync(SharedLogId.PrefixOf(topic), cancellationToken))
        {
            await Get(log).RemoveAsync(cancellationToken);
            _logs.TryRemove(log, out _);
        }

        var mark = $"/{topic}/";
        await foreach (var log in FindLogsAsync(SharedLogId.GroupPrefix, cancellationToken))
        {
            foreach (var some in (await Get(log).ListAsync(cancellationToken))
                .Where(segment => segment.Value.Contains(mark, StringComparison.Ordinal))
                .Chunk(TableLimits.TransactionRowsMax))
            {
                await Task.WhenAll(some.Select(segment => DeleteAsync(segment, cancellationToken).AsTask()));
            }
        }
    }

    private async ValueTask<SegmentAppend> WriteAsync(
        SharedLogId log, SharedWriteKind kind, SegmentName segment, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckName(segment);
        cancellationToken.ThrowIfCancellationRequested();
        var writing = Get(log).WriteAsync(new SharedWrite(kind, segment, 0, ReadOnlySequence<byte>.Empty));
        await Waits.ForAsync(writing, cancellationToken);
        return await writing;
    }

    private SharedLog Get(SharedLogId log)
    {
        if (!_logs.TryGetValue(log, out var known))
        {
            if (_logs.Count >= OpenLogsMax)
            {
                ForgetOldest();
            }

            known = _logs.GetOrAdd(log, static (id, context) => new SharedLog(id, context), context);
        }

        known.LastUse = Interlocked.Increment(ref _uses);
        return known;
    }

    private void ForgetOldest()
    {
        var idle = _logs.Where(static one => one.Value.IsIdle);
        if (idle.MinBy(static one => one.Value.LastUse) is { Value: not null } oldest)
        {
            _logs.TryRemove(oldest.Key, out _);
        }
    }
}
