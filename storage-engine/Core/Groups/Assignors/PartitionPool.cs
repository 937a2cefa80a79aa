namespace Serverless.StorageEngine.Groups.Assignors;

/// <summary>
/// The topics of a group that have the same subscribers, while <see cref="CooperativeStickyAssignor"/> works. To
/// balance it is enough to count how many of the pool's partitions each subscriber holds; which ones, only
/// <see cref="Deal"/> decides, so that what moves to and fro while pools are levelled does not move in the end.
/// </summary>
internal sealed class PartitionPool
{
    private readonly AssignmentInput _input;
    private readonly List<int> _topics = [];
    private readonly int[] _subscribers;
    private readonly int[] _loads;
    private readonly int[] _had;
    private readonly int[] _holds;
    private int _unowned;

    /// <param name="input">The group.</param>
    /// <param name="subscribers">The members' places, ascending; at least one.</param>
    /// <param name="loads">How many partitions each member holds of all pools; shared by all pools.</param>
    private PartitionPool(AssignmentInput input, ReadOnlySpan<int> subscribers, int[] loads)
    {
        _input = input;
        _subscribers = subscribers.ToArray();
        _loads = loads;
        _had = new int[subscribers.Length];
        _holds = new int[subscribers.Length];
    }

    /// <summary>
    /// All pools of a group with every partition at its present owner; those with the fewest subscribers first, so that
    /// partitions that can go to few are placed before others take that room.
    /// </summary>
    public static List<PartitionPool> AllOf(AssignmentInput input)
    {
        var loads = new int[input.Members.Length];
        var subscribers = TopicSubscribers.Of(input);
        var pools = new List<PartitionPool>();
        var known = new Dictionary<int, PartitionPool>(subscribers);
        for (var topic = 0; topic < input.Topics.Length; topic++)
        {
            if (subscribers[topic].IsEmpty)
            {
                continue;
            }

            if (!known.TryGetValue(topic, out var pool))
            {
                pool = new PartitionPool(input, subscribers[topic], loads);
                known.Add(topic, pool);
                pools.Add(pool);
            }

            pool.Add(topic);
        }

        return [.. pools.OrderBy(static pool => pool._subscribers.Length)];
    }

    /// <summary>Gives the partitions without an owner to the subscribers that hold the fewest.</summary>
    public void PlaceUnowned()
    {
        if (_unowned == 0)
        {
            return;
        }

        for (var takers = Takers(); _unowned > 0; _unowned--)
        {
            Take(takers);
        }
    }

    /// <summary>
    /// Moves partitions from the heaviest owner to the lightest subscriber, until they differ by less than two. No
    /// partition moves twice: who gives stays at least as heavy as who takes, so it never takes, nor the other way
    /// round. That is also why their outdated weights in the other queue do no harm.
    /// </summary>
    /// <returns>Whether anything moved.</returns>
    public bool Level()
    {
        if (!IsUneven())
        {
            return false;
        }

        var (takers, givers) = (Takers(), Givers());
        while (givers.TryPeek(out var giver, out _) && Load(giver) - Load(takers.Peek()) >= 2)
        {
            _holds[giver]--;
            Load(giver)--;
            Take(takers);
            givers.Dequeue();
            if (_holds[giver] > 0)
            {
                givers.Enqueue(giver, -Weight(giver));
            }
        }

        return true;
    }

    /// <summary>
    /// Decides which partitions move. Who must give some gives them evenly from all it has, and who gets some gets them
    /// in turn with the others, so that the partitions of one busy topic do not gather at one member.
    /// </summary>
    /// <param name="owners">Filled in for the topics of this pool.</param>
    public void Deal(int[][] owners)
    {
        var moving = Keep(owners);
        var takers = new Queue<(int Place, int Missing)>();
        for (var place = 0; place < _subscribers.Length; place++)
        {
            if (_holds[place] > _had[place])
            {
                takers.Enqueue((place, _holds[place] - _had[place]));
            }
        }

        foreach (var (topic, partition) in moving)
        {
            var (place, missing) = takers.Dequeue();
            owners[topic][partition] = _subscribers[place];
            if (missing > 1)
            {
                takers.Enqueue((place, missing - 1));
            }
        }
    }

    // Returns the partitions that do not stay, in order.
    private List<(int Topic, int Partition)> Keep(int[][] owners)
    {
        var moving = new List<(int, int)>();
        var seen = new int[_subscribers.Length];
        foreach (var topic in _topics)
        {
            for (var partition = 0; partition < owners[topic].Length; partition++)
            {
                var place = PlaceOf(_input.OwnerOf(topic, partition));
                if (place >= 0 && Stays(place, seen[place]++))
                {
                    owners[topic][partition] = _subscribers[place];
                }
                else
                {
                    moving.Add((topic, partition));
                }
            }
        }

        return moving;
    }

    // Of the partitions that a subscriber had, numbered from 0, as many stay as it still holds, evenly spread.
    private bool Stays(int place, int number)
    {
        var (had, stays) = ((long)_had[place], (long)Math.Min(_had[place], _holds[place]));
        return (number + 1) * stays / had > number * stays / had;
    }

    private void Add(int topic)
    {
        _topics.Add(topic);
        for (var partition = 0; partition < _input.Topics[topic].PartitionCount; partition++)
        {
            var place = PlaceOf(_input.OwnerOf(topic, partition));
            if (place < 0)
            {
                _unowned++;
                continue;
            }

            _had[place]++;
            _holds[place]++;
            Load(place)++;
        }
    }

    // Negative when the member is not subscribed (any more).
    private int PlaceOf(int member) =>
        member == AssignmentInput.Nobody ? -1 : Array.BinarySearch(_subscribers, member);

    private ref int Load(int place) => ref _loads[_subscribers[place]];

    // Orders by load; equal loads by the order of the members, so that no two weigh the same.
    private long Weight(int place) => ((long)Load(place) << 32) + place;

    private bool IsUneven()
    {
        var (lightest, heaviest) = (int.MaxValue, 0);
        for (var place = 0; place < _subscribers.Length; place++)
        {
            lightest = Math.Min(lightest, Load(place));
            heaviest = _holds[place] > 0 ? Math.Max(heaviest, Load(place)) : heaviest;
        }

        return heaviest - lightest >= 2;
    }

    // Every subscriber, the lightest first.
    private PriorityQueue<int, long> Takers() =>
        new(Enumerable.Range(0, _subscribers.Length).Select(place => (place, Weight(place))));

    // Every subscriber that holds something, the heaviest first.
    private PriorityQueue<int, long> Givers() =>
        new(Enumerable.Range(0, _subscribers.Length)
            .Where(place => _holds[place] > 0)
            .Select(place => (place, -Weight(place))));

    private void Take(PriorityQueue<int, long> takers)
    {
        var taker = takers.Dequeue();
        _holds[taker]++;
        Load(taker)++;
        takers.Enqueue(taker, Weight(taker));
    }
}
