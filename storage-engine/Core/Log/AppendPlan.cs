using System.Runtime.InteropServices;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Log.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log;

/// <summary>What becomes of the appends that wait, as seen from one state of the log.</summary>
/// <remarks>
/// <para>
/// Each is judged by the log as it will be behind those accepted before it. What is not accepted is answered only when
/// the answer holds whatever becomes of the block: repeats of what is durable, and refusals with nothing accepted
/// before them. All else waits for the block and is judged again. So the repeat of a batch in flight waits for the same
/// bytes to become durable.
/// </para>
/// <para>
/// A refusal needs a state that was read after the append arrived. An acceptance does not: a block that is built on an
/// old state finds its position taken.
/// </para>
/// </remarks>
/// <param name="state">The log as the caller knows it.</param>
/// <param name="block">What the next block is if there is one.</param>
/// <param name="size">How many appends wait.</param>
internal sealed class AppendPlan(LogState state, BlockPlan block, int size)
{
    private readonly List<PendingAppend> _accepted = new(size);
    private readonly List<KeyedBatch> _batches = new(size);
    private List<(PendingAppend Append, AppendOutcome Outcome)>? _answered;
    private AppendBasis _basis = AppendBasis.Of(state, block.WrittenAt);
    private BlockEntry? _last;
    private int _room = SegmentLimits.BlockBytesMax - BlockFormat.HeaderBytes - BlockFormat.TrailerBytes
        - (block.Kind == BlockKind.Data ? 0 : BlockBodyFormat.BytesMax(state));

    /// <summary>The log that the plan is for.</summary>
    public LogState State { get; } = state;

    /// <summary>What the next block is.</summary>
    public BlockPlan Block { get; private set; } = block;

    /// <summary>What goes into the block, in the order of arrival: batches, or one fencing token.</summary>
    public ReadOnlySpan<PendingAppend> Accepted => CollectionsMarshal.AsSpan(_accepted);

    /// <summary>The batches of these.</summary>
    public IReadOnlyList<KeyedBatch> Batches => _batches;

    /// <summary>What is decided without the block.</summary>
    public IReadOnlyList<(PendingAppend Append, AppendOutcome Outcome)> Answered => _answered ?? [];

    /// <summary>Whether something would be refused by a state that may be too old for that.</summary>
    public bool NeedsFreshState { get; private set; }

    /// <summary>Whether the state's size leaves no room for what waits first: the block goes without it.</summary>
    public bool IsOutOfRoom { get; private set; }

    /// <summary>Whether there is a block to write.</summary>
    public bool WritesBlock => _accepted.Count > 0 || IsOutOfRoom;

    /// <summary>Decides as much as can be decided.</summary>
    /// <param name="state">The log as the caller knows it.</param>
    /// <param name="block">What the next block is if there is one; a fencing token makes it carry the state.</param>
    /// <param name="partition">The partition of all appends.</param>
    /// <param name="waiting">The appends, in the order of arrival.</param>
    /// <param name="logStartOffset">The first offset that can be read, for answers.</param>
    public static AppendPlan Of(
        LogState state,
        BlockPlan block,
        PartitionId partition,
        IReadOnlyList<PendingAppend> waiting,
        long logStartOffset)
    {
        var plan = new AppendPlan(state, block, waiting.Count);
        foreach (var append in waiting)
        {
            if (AppendRules.Judge(append.Request, plan.Basis(), logStartOffset) is { } outcome)
            {
                plan.Answer(append, outcome);
            }
            else if (!plan.TryAccept(append, partition))
            {
                break;
            }
        }

        return plan;
    }

    /// <summary>The answer to an append that is durable already; null to any other.</summary>
    /// <param name="state">The log as the caller knows it.</param>
    /// <param name="now">In milliseconds since 1970.</param>
    /// <param name="append">The append.</param>
    /// <param name="logStartOffset">The first offset that can be read, for the answer.</param>
    public static AppendOutcome? AnswerOfRepeat(LogState state, long now, PendingAppend append, long logStartOffset)
    {
        var outcome = AppendRules.Judge(append.Request, AppendBasis.Of(state, now), logStartOffset);
        return IsDurable(state, append.Request, outcome) ? outcome : null;
    }

    // Behind the last batch of a block nothing is judged, so most blocks fold no batch a second time.
    private AppendBasis Basis()
    {
        _basis = _last is { } last ? _basis.With(last) : _basis;
        _last = null;
        return _basis;
    }

    private void Answer(PendingAppend append, AppendOutcome outcome)
    {
        if (IsDurable(State, append.Request, outcome) || (_accepted.Count == 0 && append.HasFreshState))
        {
            (_answered ??= []).Add((append, outcome));
        }
        else
        {
            NeedsFreshState |= _accepted.Count == 0;
        }
    }

    // What is in the log stays there, so this holds however old the state is.
    private static bool IsDurable(LogState state, AppendRequest request, AppendOutcome? outcome) =>
        outcome is AppendOutcome.Appended known && known.BaseOffset + request.Batch!.RecordCount <= state.NextOffset;

    private bool TryAccept(PendingAppend append, PartitionId partition)
    {
        if (append.Request.NewFencingToken is { } token)
        {
            // Alone in its block: what waits behind it is judged by the new token once that is durable.
            if (_accepted.Count == 0)
            {
                _accepted.Add(append);
                Block = Block with
                {
                    Kind = Block.Kind == BlockKind.Data ? BlockKind.Checkpoint : Block.Kind,
                    FencingToken = token,
                };
            }

            return false;
        }

        var keyed = new KeyedBatch(append.Request.Batch!, append.Request.Conditions.Request);
        _room -= keyed.Batch.Length + BlockFormat.EntryBytes;
        if (_room < 0)
        {
            // Without a state every batch fits, and a group is never larger than that.
            Invariant.Holds(Block.Kind != BlockKind.Data);
            IsOutOfRoom = _accepted.Count == 0;
            return false;
        }

        _accepted.Add(append);
        _batches.Add(keyed);
        _last = BlockEntry.Of(partition, keyed, from: 0);
        return true;
    }
}
