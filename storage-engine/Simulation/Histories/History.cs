using System.Collections.Immutable;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>
/// What clients asked and were answered, in the order in which it happened, and, where the stores are recorded as well,
/// what took effect in them and when. Grows only. Safe for several threads at once.
/// </summary>
/// <remarks>
/// Everything that is recorded gets the next number of one count, its <em>order</em>: when one operation was answered
/// before another was asked, its number is smaller, whatever clocks say. So an operation is recorded before its first
/// byte is sent and completed after its last byte has come. The model is that of Jepsen's <c>jepsen.tests.kafka</c>.
/// </remarks>
public sealed class History
{
    private readonly Lock _lock = new();
    private readonly List<Operation> _operations = [];
    private readonly List<StoredAppend> _appends = [];
    private readonly List<StoredRows> _rows = [];
    private readonly List<StoredDeletion> _deletions = [];
    private int _order;

    /// <summary>All operations so far, by id; those without an answer yet have an unknown one.</summary>
    public ImmutableArray<Operation> Operations
    {
        get
        {
            lock (_lock)
            {
                return [.. _operations];
            }
        }
    }

    /// <summary>The appends and commits that took effect, in their order; empty when the segment store is not recorded.</summary>
    public ImmutableArray<StoredAppend> Appends
    {
        get
        {
            lock (_lock)
            {
                return [.. _appends];
            }
        }
    }

    /// <summary>The table transactions that took effect, in their order; empty when the table store is not
    /// recorded.</summary>
    public ImmutableArray<StoredRows> Rows
    {
        get
        {
            lock (_lock)
            {
                return [.. _rows];
            }
        }
    }

    /// <summary>The deletions of segments, in their order; empty when the segment store is not recorded.</summary>
    public ImmutableArray<StoredDeletion> Deletions
    {
        get
        {
            lock (_lock)
            {
                return [.. _deletions];
            }
        }
    }

    /// <summary>Records that a client begins to ask something.</summary>
    /// <param name="process">The client: whoever remembers what it was answered before. A client that crashed comes
    /// back under another number.</param>
    /// <param name="request">What it asks.</param>
    /// <param name="at">The recorder's clock, in ticks; for people only.</param>
    /// <param name="node">The life of a node that is asked, or -1. A node that starts again gets another
    /// number.</param>
    /// <returns>The operation's id, for its completion.</returns>
    public int Invoke(int process, Request request, long at, int node = -1)
    {
        lock (_lock)
        {
            var id = _operations.Count;
            _operations.Add(new Operation(id, process, node, request, _order++, at));
            return id;
        }
    }

    /// <summary>Records the answer. An operation that is never completed has an unknown outcome.</summary>
    /// <param name="operation">What <see cref="Invoke"/> returned.</param>
    /// <param name="answer">What is known of the outcome now.</param>
    /// <param name="at">The recorder's clock, in ticks; for people only.</param>
    /// <exception cref="InvalidOperationException">The operation was completed before.</exception>
    public void Complete(int operation, Answer answer, long at)
    {
        lock (_lock)
        {
            var open = _operations[operation];
            if (open.Completed != Operation.Never)
            {
                throw new InvalidOperationException($"Operation {operation} was completed before: {open.Answer}.");
            }

            _operations[operation] = open with { Answer = answer, Completed = _order++, CompletedAt = at };
        }
    }

    /// <summary>Records what a client decides by itself, such as an assignment: asked and done at once.</summary>
    public void Note(int process, Request request, long at) =>
        Complete(Invoke(process, request, at), new Answer.Done(), at);

    /// <summary>Records that an append, or the commit of a whole segment, took effect, at the instant at which it
    /// does.</summary>
    /// <param name="segment">Where.</param>
    /// <param name="end">The segment's length behind it, in bytes.</param>
    public void Appended(SegmentName segment, long end)
    {
        lock (_lock)
        {
            _appends.Add(new StoredAppend(_order++, segment, end));
        }
    }

    /// <summary>Records that a table transaction took effect, at the instant at which it does.</summary>
    /// <param name="partition">The table partition.</param>
    /// <param name="changes">The rows written, with a copy of their content, and the rows deleted, with null.</param>
    /// <param name="at">The same instant in storage time, in milliseconds since 1970.</param>
    public void Stored(string partition, ImmutableArray<KeyValuePair<string, byte[]?>> changes, long at = 0)
    {
        lock (_lock)
        {
            _rows.Add(new StoredRows(_order++, partition, changes) { At = at });
        }
    }

    /// <summary>Records that a segment was deleted, at the instant at which it is.</summary>
    /// <param name="segment">Which.</param>
    /// <param name="bytes">All that it held.</param>
    /// <param name="at">The same instant in storage time, in milliseconds since 1970.</param>
    public void Deleted(SegmentName segment, ReadOnlyMemory<byte> bytes, long at = 0)
    {
        lock (_lock)
        {
            _deletions.Add(new StoredDeletion(_order++, at, segment, bytes));
        }
    }
}
