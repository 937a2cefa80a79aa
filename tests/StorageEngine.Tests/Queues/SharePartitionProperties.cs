using CsCheck;
using Serverless.StorageEngine.Queues;

namespace Serverless.StorageEngine.Tests.Queues;

/// <summary>
/// Receivers do what they like with a partition, time passes and the log's start moves. A model beside it knows who
/// holds what, how often it was delivered, and what is done.
/// </summary>
public sealed class SharePartitionProperties
{
    private const int Kinds = 7;

    [Fact]
    public void Whatever_receivers_do_no_record_has_two_holders_and_none_is_lost() =>
        Steps.Array[0, 80].Sample(static steps => Run(steps, QueueWords.Settings));

    [Fact]
    public void The_same_holds_with_dead_letters() =>
        Steps.Array[0, 80].Sample(static steps => Run(steps, QueueWords.WithDeadLetters));

    private static Gen<(int Kind, int Pick, int Seconds)> Steps { get; } =
        Gen.Select(Gen.Int[0, Kinds - 1], Gen.Int[0, 1_000], Gen.Int[0, 20]);

    private static void Run((int Kind, int Pick, int Seconds)[] steps, QueueSettings settings)
    {
        var model = new Model(settings);
        foreach (var (kind, pick, seconds) in steps)
        {
            model.Step(kind, pick, seconds);
            model.Check();
        }
    }

    private sealed class Model(QueueSettings settings)
    {
        private readonly Dictionary<long, (ulong Lock, double Until)> _holders = [];
        private readonly Dictionary<long, int> _deliveries = [];
        private readonly HashSet<long> _done = [];
        private readonly List<(long Offset, ulong Lock)> _tokens = [];
        private SharePartition _state = QueueWords.Fresh();
        private double _now;
        private ulong _locks;
        private long _start;
        private long _end;

        public void Step(int kind, int pick, int seconds)
        {
            _now += seconds;
            _state = _state.Settled(_now, settings);
            foreach (var (offset, holder) in _holders.ToArray())
            {
                if (holder.Until <= _now)
                {
                    GiveBack(offset);
                }
            }

            if (kind is 0 or 1)
            {
                Acquire(1 + (pick % 5));
            }
            else if (kind == 2)
            {
                PassOver(pick % 3);
            }
            else if (_tokens.Count > 0)
            {
                Say(_tokens[pick % _tokens.Count], kind, pick);
            }

            _state = _state.Stored(_now);
        }

        public void Check()
        {
            Assert.True(_state.StartOffset >= _start && _state.EndOffset >= _end);
            (_start, _end) = (_state.StartOffset, _state.EndOffset);
            Assert.InRange(_state.Records.Length, 0, settings.InFlightMax);
            for (var offset = 0L; offset < _state.EndOffset; offset++)
            {
                var isDone = offset < _state.StartOffset
                    || _state.Records[(int)(offset - _state.StartOffset)] is { IsDone: true }
                        or { State: RecordState.Archiving };
                Assert.Equal(_done.Contains(offset), isDone);
            }
        }

        private void Acquire(int count)
        {
            var offsets = SharePartitionRules.Acquirable(_state, settings)
                .SelectMany(static range => Enumerable.Range(0, range.Count).Select(at => range.First + at))
                .Take(count)
                .ToArray();
            var by = new RecordLock(++_locks, null, Deadline.In(settings.LockDuration));

            // Asked for too much, as after a lost race: what others hold must be left out.
            var (next, acquired) = SharePartitionRules.Acquire(
                _state, settings, offsets.Concat(_holders.Keys).Order().Distinct(), by);

            Assert.Equal(offsets, acquired.Keys.Order());
            foreach (var (offset, deliveries) in acquired)
            {
                Assert.False(_holders.ContainsKey(offset) || _done.Contains(offset));
                _deliveries[offset] = _deliveries.GetValueOrDefault(offset) + 1;
                Assert.Equal(_deliveries[offset], deliveries);
                Assert.InRange(deliveries, 1, settings.DeliveryLimit);
                _holders.Add(offset, (_locks, _now + settings.LockDuration.TotalSeconds));
                _tokens.Add((offset, _locks));
            }

            _state = next;
        }

        private void Say((long Offset, ulong Lock) token, int kind, int pick)
        {
            var isHeld = _holders.TryGetValue(token.Offset, out var holder) && holder.Lock == token.Lock;
            Acknowledgement word = kind switch
            {
                3 => new Acknowledgement.Accept(),
                4 => new Acknowledgement.Reject(),
                5 => new Acknowledgement.Release(TimeSpan.FromSeconds(pick % 2 * 7)),
                _ => new Acknowledgement.Renew(),
            };

            var (next, held) = SharePartitionRules.Acknowledge(_state, settings, [token], word);

            Assert.Equal([isHeld], held);
            _state = next;
            if (isHeld && kind == 6)
            {
                _holders[token.Offset] = (token.Lock, _now + settings.LockDuration.TotalSeconds);
            }
            else if (isHeld && kind == 5)
            {
                GiveBack(token.Offset);
            }
            else if (isHeld)
            {
                _holders.Remove(token.Offset);
                _done.Add(token.Offset);
            }
        }

        private void PassOver(int count)
        {
            _state = SharePartitionRules.PassOver(_state, _state.StartOffset + count);
            foreach (var offset in Enumerable.Range(0, (int)_state.StartOffset).Select(static one => (long)one))
            {
                _holders.Remove(offset);
                _done.Add(offset);
            }
        }

        private void GiveBack(long offset)
        {
            _holders.Remove(offset);
            if (_deliveries[offset] >= settings.DeliveryLimit)
            {
                _done.Add(offset);
            }
        }
    }
}
