using System.Buffers;
using System.Runtime.CompilerServices;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Embedded;

/// <summary>Segments in the embedded database: each block is a row, found by its segment and position.</summary>
/// <param name="database">The file; the caller owns and disposes it.</param>
public sealed class EmbeddedSegmentStore(EmbeddedDatabase database) : ISegmentStore
{
    /// <summary>
    /// Blocks after which a segment is full; tests lower it to reach <see cref="SegmentAppend.Full"/> early.
    /// </summary>
    public int BlocksMax { get; init; } = SegmentLimits.BlocksMax;

    /// <inheritdoc/>
    public ValueTask<bool> CreateAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckName(segment);
        return database.WriteAsync(
            bytes: 0, connection => connection.Segments.Create(segment.Value), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<SegmentAppend> AppendAsync(
        SegmentName segment, long position, ReadOnlySequence<byte> block, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckAppend(segment, position, block);
        return database.WriteAsync(
            block.Length,
            connection => connection.Segments.Append(segment.Value, position, block, BlocksMax),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask StageAsync(
        SegmentName segment, int number, ReadOnlySequence<byte> part, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckStage(segment, number, part);
        await database.WriteAsync(
            part.Length,
            connection =>
            {
                connection.Parts.Stage(segment.Value, number, part);
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> CommitAsync(
        SegmentName segment, int partCount, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckCommit(segment, partCount);
        var committed = await database.WriteAsync(
            bytes: 0, connection => connection.Parts.Commit(segment.Value, partCount), cancellationToken);
        return committed ?? throw new StagedPartsMissingException(segment, partCount);
    }

    /// <inheritdoc/>
    public ValueTask<SegmentRead> ReadAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckRead(segment, position, destination);
        return database.ReadAsync(
            connection => connection.Segments.Read(segment.Value, position, destination.Span), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<long?> GetLengthAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckName(segment);
        return database.ReadAsync(connection => connection.Segments.Length(segment.Value), cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SegmentName> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var from = prefix;
        while (true)
        {
            var page = await database.ReadAsync(
                connection => connection.Segments.List(prefix, from), cancellationToken);
            foreach (var name in page)
            {
                yield return name;
            }

            if (page.Count < EmbeddedLimits.ListPageNames)
            {
                yield break;
            }

            // The next name in order: names hold no character as low as this one.
            from = page[^1].Value + "\u0001";
        }
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckName(segment);
        await database.WriteAsync(
            bytes: 0,
            connection =>
            {
                connection.Segments.Delete(segment.Value);
                return true;
            },
            cancellationToken);
        database.ScheduleReclaim();
    }
}
