using Serverless.StorageEngine.Simulation.Checking.Groups;

namespace Serverless.StorageEngine.Simulation.Tests.Rebalances;

/// <summary>Watches who has which partition of the only topic of a group, from the group's row.</summary>
/// <param name="partitions">How many partitions there are.</param>
/// <param name="now">The time.</param>
/// <param name="calls">The calls of the table so far.</param>
internal sealed class OwnerWatch(int partitions, Func<TimeSpan> now, Func<long> calls)
{
    private readonly string?[] _owners = new string?[partitions];
    private readonly TimeSpan[] _aloneSince = new TimeSpan[partitions];
    private readonly HashSet<string> _killed = [];
    private string?[] _before = [];
    private (TimeSpan At, long Calls, int Members) _began;
    private TimeSpan _longestGap;
    private TaskCompletionSource<Rebalance>? _settled;

    /// <summary>Waits until a group of so many living members has come to rest.</summary>
    /// <param name="members">How many.</param>
    /// <param name="killed">Members that have just died.</param>
    public Task<Rebalance> SettleAsync(int members, IReadOnlyCollection<string> killed)
    {
        _before = [.. _owners];
        _began = (now(), calls(), members);
        _longestGap = TimeSpan.Zero;
        _settled = new TaskCompletionSource<Rebalance>(TaskCreationOptions.RunContinuationsAsynchronously);
        _killed.UnionWith(killed);
        for (var index = 0; index < partitions; index++)
        {
            _aloneSince[index] = IsAlone(index) ? now() : _aloneSince[index];
        }

        return _settled.Task;
    }

    /// <summary>Takes note of what a group's row says now.</summary>
    public void Observe(StoredGroup group)
    {
        if (group.Topics is not [{ Owners: var owners, Target: var target }])
        {
            return;
        }

        var names = group.Members.ToDictionary(static member => member.Number, static member => member.Id);
        for (var index = 0; index < partitions; index++)
        {
            var wasAlone = IsAlone(index);
            _owners[index] = names.GetValueOrDefault(owners[index]);
            if (wasAlone && !IsAlone(index))
            {
                _longestGap = TimeSpan.FromTicks(Math.Max(_longestGap.Ticks, (now() - _aloneSince[index]).Ticks));
            }
            else if (!wasAlone && IsAlone(index))
            {
                _aloneSince[index] = now();
            }
        }

        if (group.Members.Count(static member => member.IsShared) == _began.Members
            && owners.SequenceEqual(target)
            && !Enumerable.Range(0, partitions).Any(IsAlone))
        {
            Settled();
        }
    }

    private void Settled()
    {
        var moved = Enumerable.Range(0, partitions)
            .Count(index => _before[index] is { } owner && owner != _owners[index]);
        _settled?.TrySetResult(new Rebalance(
            now() - _began.At, calls() - _began.Calls, moved, LeastMoves(), _longestGap));
    }

    // Each member may keep the balanced number, and as many of those with more as there are partitions left over may
    // keep one more; everything else that had an owner has to move.
    private int LeastMoves()
    {
        var (each, extra) = Math.DivRem(partitions, _began.Members);
        var had = _before.OfType<string>().Where(owner => !_killed.Contains(owner))
            .GroupBy(static owner => owner).Select(static some => some.Count()).ToList();
        var staying = had.Sum(load => Math.Min(load, each)) + Math.Min(extra, had.Count(load => load > each));
        return _before.OfType<string>().Count() - staying;
    }

    private bool IsAlone(int index) => _owners[index] is not { } owner || _killed.Contains(owner);
}
