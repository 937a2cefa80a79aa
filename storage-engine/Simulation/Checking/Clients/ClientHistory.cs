using System.Collections.Immutable;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>A history, sorted by partition.</summary>
internal sealed class ClientHistory
{
    private readonly Dictionary<PartitionId, PartitionHistory> _partitions = [];
    private readonly List<PartitionHistory> _inOrder = [];
    private readonly Dictionary<long, SentValue> _values = [];

    /// <summary>Sorts a history.</summary>
    /// <exception cref="InvalidOperationException">
    /// The recorder broke the rules: a value was sent twice without an identity, or to two partitions.
    /// </exception>
    public ClientHistory(History history)
    {
        Operations = history.Operations;
        foreach (var operation in Operations)
        {
            Add(operation);
        }

        foreach (var operation in Operations)
        {
            if (operation.Request is Request.DeleteTopic deletion && !operation.IsFailed)
            {
                AddDeletion(operation, deletion.Topic);
            }
        }

        foreach (var poll in _inOrder.SelectMany(static partition => partition.Polls))
        {
            foreach (var record in poll.Slice.Records)
            {
                if (_values.TryGetValue(record.Value, out var sent))
                {
                    sent.Read = true;
                }
            }
        }
    }

    /// <summary>All operations by id.</summary>
    public ImmutableArray<Operation> Operations { get; }

    /// <summary>The partitions in the order in which they were first named.</summary>
    public IReadOnlyList<PartitionHistory> Partitions => _inOrder;

    /// <summary>What was asked of a partition; nothing, when it was never named.</summary>
    public PartitionHistory Of(PartitionId id)
    {
        if (!_partitions.TryGetValue(id, out var found))
        {
            _partitions.Add(id, found = new PartitionHistory(id));
            _inOrder.Add(found);
        }

        return found;
    }

    private void Add(Operation operation)
    {
        switch (operation.Request)
        {
            case Request.Send send:
                AddSend(operation, send);
                break;
            case Request.Poll poll:
                AddPoll(operation, poll.From);
                break;
            case Request.GroupPoll:
                AddPoll(operation, []);
                break;
            case Request.GetOffsets ends:
                Of(ends.Partition).Others.Add(operation);
                break;
            case Request.FindOffset find:
                Of(find.Partition).Others.Add(operation);
                break;
            case Request.Fence fence:
                Of(fence.Partition).Others.Add(operation);
                break;
            case Request.DeleteRecords deletion:
                Of(deletion.Partition).Others.Add(operation);
                break;
            default:
                break;
        }
    }

    private void AddSend(Operation operation, Request.Send send)
    {
        var partition = Of(send.Partition);
        partition.Sends.Add(operation);
        for (var place = 0; place < send.Values.Length; place++)
        {
            var value = send.Values[place];
            if (!partition.Values.TryGetValue(value, out var sent))
            {
                partition.Values.Add(value, sent = new SentValue(value));
                if (!_values.TryAdd(value, sent))
                {
                    throw new InvalidOperationException(
                        $"Operation {operation.Id} sends {value}, which another partition got.");
                }
            }
            else if (send.Identity is SendIdentity.Plain)
            {
                throw new InvalidOperationException($"Operation {operation.Id} sends {value} again, as another send.");
            }

            sent.Attempts.Add(operation);
            if (operation.Answer is Answer.Sent answer && operation.Completed < sent.Acknowledged)
            {
                (sent.Acknowledged, sent.Offset) = (operation.Completed, answer.Offsets[place]);
            }
        }
    }

    private void AddPoll(Operation operation, ImmutableArray<Position> from)
    {
        switch (operation.Answer)
        {
            case Answer.Polled polled:
                foreach (var slice in polled.Slices)
                {
                    var offset = from.FirstOrDefault(
                        one => one.Partition == slice.Partition, new Position(slice.Partition, -1)).Offset;
                    Of(slice.Partition).Polls.Add(new PolledSlice(operation, slice, offset, from.Length == 1));
                }

                break;
            case Answer.OutOfRange when from.Length == 1:
                Of(from[0].Partition).Others.Add(operation);
                break;
            default:
                break;
        }
    }

    private void AddDeletion(Operation operation, TopicId topic)
    {
        foreach (var partition in _inOrder.Where(partition => partition.Id.Topic == topic))
        {
            partition.DeletionInvoked = Math.Min(partition.DeletionInvoked, operation.Invoked);
            partition.Deleted = Math.Min(partition.Deleted, operation.IsOk ? operation.Completed : Operation.Never);
        }
    }
}
