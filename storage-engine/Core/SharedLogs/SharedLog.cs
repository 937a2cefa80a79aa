using Serverless.StorageEngine.Retention.Cost;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>One shared log as this node sees it: the parts, put together.</summary>
internal sealed class SharedLog
{
    private readonly SharedLogId _log;
    private readonly SharedContext _context;
    private readonly SharedDirectory _directory;
    private readonly SharedView _view;
    private readonly SharedTail _tail;
    private readonly SharedWriter _writer;
    private readonly SharedReader _reader;

    public SharedLog(SharedLogId log, SharedContext context)
    {
        (_log, _context) = (log, context);
        Intervals = new AppendIntervals(context.Time);
        _directory = new SharedDirectory(log, context);
        _view = new SharedView(_directory, context.Recent);
        _tail = new SharedTail(log, _view, _directory, context);
        var sender = new SharedSender(_view, _tail, context);
        var roller = new CarrierRoller(log, _view, _directory, sender, context);
        _writer = new SharedWriter(log, _view, _tail, roller, sender, Intervals, context);
        _reader = new SharedReader(_view, _tail, new SealedCarriers(log, _directory, context), context);
    }

    /// <summary>How far apart its topics want their paid appends.</summary>
    public AppendIntervals Intervals { get; }

    /// <summary>Which call of the node for any shared log was the last for this one.</summary>
    public long LastUse { get; set; }

    /// <summary>Whether this node may forget it: nothing waits and nothing is in flight.</summary>
    public bool IsIdle => _writer.IsIdle;

    /// <summary>Queues a write and waits for its fate.</summary>
    public Task<SegmentAppend> WriteAsync(SharedWrite write) => _writer.WriteAsync(write);

    /// <inheritdoc cref="ISegmentStore.ReadAsync"/>
    public ValueTask<SegmentRead> ReadAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken) =>
        _reader.ReadAsync(segment, position, destination, cancellationToken);

    /// <inheritdoc cref="ISegmentStore.GetLengthAsync"/>
    public async ValueTask<long?> GetLengthAsync(SegmentName segment, CancellationToken cancellationToken) =>
        await _tail.RefreshAsync(create: false, cancellationToken) ? _view.State!.Find(segment)?.Length : null;

    /// <summary>All its segments, in ordinal order of their names.</summary>
    public async ValueTask<IReadOnlyList<SegmentName>> ListAsync(CancellationToken cancellationToken) =>
        await _tail.RefreshAsync(create: false, cancellationToken)
            ? [.. _view.State!.Segments.Values.Select(static one => new SegmentName(one.Name)).Order()]
            : [];

    /// <inheritdoc cref="CarrierAppends.CountAsync"/>
    public ValueTask<SharedUsage?> CountAppendsAsync(
        TopicId topic, long from, CancellationToken cancellationToken) =>
        new CarrierAppends(_view, _tail, _directory, _context).CountAsync(topic, from, cancellationToken);

    /// <summary>Deletes the carriers that hold nothing that counts.</summary>
    public ValueTask<(int Carriers, long Bytes)> SweepAsync(Func<bool> goesOn, CancellationToken cancellationToken) =>
        new CarrierSweep(_view, _tail, _directory, _writer, _context).RunAsync(goesOn, cancellationToken);

    /// <summary>Deletes the whole shared log: from then on nothing is stored in it. Idempotent.</summary>
    public async ValueTask RemoveAsync(CancellationToken cancellationToken)
    {
        await _directory.MarkDeletedAsync(cancellationToken);
        await foreach (var carrier in _context.Blobs.ListAsync(SharedKeys.CarriersOf(_log), cancellationToken))
        {
            await _context.Blobs.DeleteAsync(carrier, cancellationToken);
        }

        await _directory.RemoveAsync(cancellationToken);
    }
}
