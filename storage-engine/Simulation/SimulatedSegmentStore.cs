using System.Buffers;
using System.Runtime.CompilerServices;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation;

/// <summary>
/// Segments in memory: the whole contract of the port, without a clock, a thread or a source of randomness.
/// </summary>
/// <remarks>
/// Calls complete before they return unless a hook of <see cref="Interception"/> waits, so whoever schedules the
/// callers decides every interleaving. Safe for concurrent callers.
/// </remarks>
public sealed class SimulatedSegmentStore : ISegmentStore
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, SimulatedSegment> _segments = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<int, byte[]>> _staged = new(StringComparer.Ordinal);
    private readonly HashSet<string> _deleted = new(StringComparer.Ordinal);

    /// <summary>
    /// Blocks after which a segment is full; tests lower it to reach <see cref="SegmentAppend.Full"/> early.
    /// </summary>
    public int BlocksMax { get; init; } = SegmentLimits.BlocksMax;

    /// <summary>Whether a creation does nothing that arrives when its segment was deleted already.</summary>
    public bool DeletedNamesStayTaken { get; init; }

    /// <summary>What callers asked of this store.</summary>
    public StorageOperations Operations { get; } = new();

    /// <summary>The hooks around every call.</summary>
    public StorageInterception Interception { get; } = new();

    /// <inheritdoc/>
    public ValueTask<bool> CreateAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckName(segment);
        return AroundAsync(
            new StorageCall(StorageOperation.CreateSegment, segment.Value),
            () => !(DeletedNamesStayTaken && _deleted.Contains(segment.Value))
                && _segments.TryAdd(segment.Value, new SimulatedSegment()),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<SegmentAppend> AppendAsync(
        SegmentName segment, long position, ReadOnlySequence<byte> block, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckAppend(segment, position, block);
        return AroundAsync(
            new StorageCall(StorageOperation.Append, segment.Value, position),
            () => Append(segment, position, block),
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask StageAsync(
        SegmentName segment, int number, ReadOnlySequence<byte> part, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckStage(segment, number, part);
        await AroundAsync(
            new StorageCall(StorageOperation.StagePart, segment.Value, number),
            () => Stage(segment, number, part),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> CommitAsync(SegmentName segment, int partCount, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckCommit(segment, partCount);
        return AroundAsync(
            new StorageCall(StorageOperation.CommitSegment, segment.Value, partCount),
            () => Commit(segment, partCount),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<SegmentRead> ReadAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckRead(segment, position, destination);
        return AroundAsync(
            new StorageCall(StorageOperation.ReadSegment, segment.Value, position),
            () => Read(segment, position, destination.Span),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<long?> GetLengthAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckName(segment);
        return AroundAsync(
            new StorageCall(StorageOperation.GetLength, segment.Value),
            () => _segments.TryGetValue(segment.Value, out var found) ? found.Length : (long?)null,
            cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SegmentName> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var names = await AroundAsync(
            new StorageCall(StorageOperation.ListSegments, prefix),
            () => _segments.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToArray(),
            cancellationToken);
        foreach (var name in names)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new SegmentName(name);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckName(segment);
        await AroundAsync(
            new StorageCall(StorageOperation.DeleteSegment, segment.Value),
            () => _segments.Remove(segment.Value) | _staged.Remove(segment.Value) | _deleted.Add(segment.Value),
            cancellationToken);
    }

    private SegmentAppend Append(SegmentName segment, long position, ReadOnlySequence<byte> block)
    {
        if (!_segments.TryGetValue(segment.Value, out var found))
        {
            return SegmentAppend.Gone;
        }

        var outcome = found.Append(position, block, BlocksMax);
        if (outcome == SegmentAppend.Appended)
        {
            Operations.Wrote(block.Length);
        }

        return outcome;
    }

    private bool Stage(SegmentName segment, int number, ReadOnlySequence<byte> part)
    {
        // What comes after the commit is of no use to anyone.
        if (_segments.ContainsKey(segment.Value))
        {
            return false;
        }

        if (!_staged.TryGetValue(segment.Value, out var parts))
        {
            _staged.Add(segment.Value, parts = []);
        }

        parts[number] = part.ToArray();
        Operations.Wrote(part.Length);
        return true;
    }

    private bool Commit(SegmentName segment, int partCount)
    {
        if (_segments.ContainsKey(segment.Value))
        {
            return false;
        }

        var parts = _staged.GetValueOrDefault(segment.Value);
        var numbers = Enumerable.Range(0, partCount);
        if (parts is null || !numbers.All(parts.ContainsKey))
        {
            throw new StagedPartsMissingException(segment, partCount);
        }

        _segments.Add(segment.Value, new SimulatedSegment(numbers.Select(number => parts[number])));
        _staged.Remove(segment.Value);
        return true;
    }

    private SegmentRead Read(SegmentName segment, long position, Span<byte> destination)
    {
        if (!_segments.TryGetValue(segment.Value, out var found))
        {
            return SegmentRead.Gone;
        }

        var count = found.Read(position, destination);
        Operations.Read(count);
        return new SegmentRead(Exists: true, count);
    }

    private ValueTask<T> AroundAsync<T>(StorageCall call, Func<T> effect, CancellationToken cancellationToken) =>
        Interception.AroundAsync(call, Operations, () => Locked(effect), cancellationToken);

    private T Locked<T>(Func<T> effect)
    {
        lock (_lock)
        {
            return effect();
        }
    }
}
