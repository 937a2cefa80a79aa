using System.Runtime.CompilerServices;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Retention.Compaction;
using Serverless.StorageEngine.Retention.Copies;
using Serverless.StorageEngine.Retention.Keeping;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Retention;

/// <summary>
/// Keeps what topics promise to keep and nothing else: retention, compaction, copies, the bytes of what counts no more,
/// and deletions of topics that were interrupted.
/// </summary>
/// <remarks>
/// Runs of any number of nodes at once do no harm: every change of a log is one transaction on the condition of what it
/// was decided on, and whatever a node that dies leaves half done is told by rows from which the next run goes on. A
/// lease for each topic keeps nodes from doing the same work.
/// </remarks>
public sealed class Keeper
{
    private readonly TopicCatalog _topics;
    private readonly KeeperSettings _settings;
    private readonly LogContext _context;
    private readonly KeeperTable _table;
    private readonly LogKeeper _logs;
    private readonly StrayCopies _strays;
    private readonly CopyMemory _memory = new();
    private readonly KeyMapMemory _maps = new();
    private readonly StepPulse _pulse = new();
    private int _running;

    /// <summary>Builds a node's keeper; touches no storage.</summary>
    /// <param name="log">The logs, whose stores, clock and randomness it shares.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="settings">The limits of this node.</param>
    public Keeper(EventLog log, TopicCatalog topics, KeeperSettings settings)
    {
        ArgumentNullException.ThrowIfNull(log);
        (_topics, _settings, _context) = (topics, settings, log.Context);
        var (segments, time, random) = (_context.Segments, _context.Time, _context.Random);
        var rows = new LogRowsTable(_context.Tables, time, random);
        var writer = new CopyWriter(segments, _context.Compression, _memory, _context.Node, time, random, _pulse);
        var rewriter = new SegmentRewriter(rows, writer, segments, random, _context.DrawAccount);
        var scan = new SegmentScan(segments, _memory, time, random, _pulse);
        var compactor = new Compactor(scan, _context.Compression, _memory.Restored, _maps);
        var compaction = new LogCompaction(rows, compactor, rewriter);
        _table = new KeeperTable(_context.Tables, settings, _context.Node, time, random);
        _logs = new LogKeeper(log, rows, segments, rewriter, compaction, settings);
        _strays = new StrayCopies(segments, rows);
    }

    /// <summary>Does what is due, for all topics, as far as the limits let it; the next run goes on there.</summary>
    /// <param name="cancellationToken">Ends the run behind the step that it is at.</param>
    /// <exception cref="StorageUnavailableException">The run could not begin, or not say what it did.</exception>
    /// <exception cref="StorageOutcomeUnknownException">The same.</exception>
    public ValueTask<KeeperOutcome> RunAsync(CancellationToken cancellationToken) =>
        RunAsync(only: null, cancellationToken);

    /// <summary>Does what is due for one topic, as far as the limits let it.</summary>
    /// <param name="topic">The topic's name.</param>
    /// <param name="cancellationToken">Ends the run behind the step that it is at.</param>
    /// <exception cref="StorageUnavailableException">The run could not begin.</exception>
    /// <exception cref="StorageOutcomeUnknownException">The same.</exception>
    public async ValueTask<KeeperOutcome> RunAsync(TopicName topic, CancellationToken cancellationToken) =>
        await _topics.FindAnewAsync(topic, cancellationToken) is { } found
            ? await RunAsync(found, cancellationToken)
            : new KeeperOutcome.UnknownTopic();

    /// <summary>The last or present run over all topics, of any node; null before the first one.</summary>
    /// <exception cref="StorageUnavailableException">Nothing could be read now.</exception>
    public async ValueTask<KeeperRun?> ReadRunAsync(CancellationToken cancellationToken) =>
        await _table.ReadRunAsync(cancellationToken) is { } row ? KeeperRunRow.Describe(row) : null;

    /// <summary>The last or present run over each topic, of any node, in the order of the topics' ids; read page by
    /// page while the caller goes on.</summary>
    /// <param name="after">The last topic of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Abandons the reading.</param>
    /// <exception cref="StorageUnavailableException">Nothing could be read now.</exception>
    public async IAsyncEnumerable<TopicMaintenance> ReadTopicsAsync(
        TopicId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in _table.ListTopicsAsync(after, cancellationToken))
        {
            yield return TopicKeeperRow.Describe(row);
        }
    }

    private async ValueTask<KeeperOutcome> RunAsync(Topic? only, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _running, 1) == 1)
        {
            return new KeeperOutcome.UnderWay();
        }

        try
        {
            var tour = new KeeperTour(_topics, _table, _logs, _strays, _pulse, _settings, _context);
            return new KeeperOutcome.Ran(only is null
                ? await tour.VisitAllAsync(cancellationToken)
                : await tour.VisitAsync(only, cancellationToken));
        }
        finally
        {
            _memory.Release();
            _maps.Release();
            Interlocked.Exchange(ref _running, 0);
        }
    }
}
