namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>How far a log was known to reach, by moments in the order of a history.</summary>
internal sealed class KnownEnds
{
    private readonly List<(int Order, long End)> _ends = [];
    private bool _sorted = true;

    /// <summary>At this moment the log reached at least so far.</summary>
    public void Add(int order, long end)
    {
        _ends.Add((order, end));
        _sorted = false;
    }

    /// <summary>The furthest that was known before a moment; 0 when nothing was.</summary>
    public long Before(int order)
    {
        if (!_sorted)
        {
            Sort();
        }

        var (low, high) = (0, _ends.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _ends[middle].Order < order ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? 0 : _ends[low - 1].End;
    }

    // An end never falls, so each moment knows the largest of all before it.
    private void Sort()
    {
        _ends.Sort();
        for (var place = 1; place < _ends.Count; place++)
        {
            _ends[place] = (_ends[place].Order, Math.Max(_ends[place].End, _ends[place - 1].End));
        }

        _sorted = true;
    }
}
