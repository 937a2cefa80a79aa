using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>
/// Where clients saw a value again that its log could recognise. Of a deleted topic the log is gone, and with it what it
/// remembered: where logs forget within a run, nobody can tell there whether such a repeat was rightly stored.
/// </summary>
internal static class SeenRepeats
{
    /// <summary>The offsets of all copies but the first of values that were sent with an identity.</summary>
    public static HashSet<long> Of(PartitionHistory partition)
    {
        var seen = new Dictionary<long, SortedSet<long>>();
        foreach (var operation in partition.Sends)
        {
            if (operation is { Request: Request.Send send, Answer: Answer.Sent sent })
            {
                for (var place = 0; place < send.Values.Length; place++)
                {
                    Add(send.Values[place], sent.Offsets[place]);
                }
            }
        }

        foreach (var record in partition.Polls.SelectMany(static poll => poll.Slice.Records))
        {
            Add(record.Value, record.Offset);
        }

        return [.. seen.Where(one => IsRecognised(one.Key)).SelectMany(static one => one.Value.Skip(1))];

        void Add(long value, long offset)
        {
            if (!seen.TryGetValue(value, out var offsets))
            {
                seen.Add(value, offsets = []);
            }

            offsets.Add(offset);
        }

        bool IsRecognised(long value) =>
            partition.Values.TryGetValue(value, out var sent)
            && ((Request.Send)sent.Attempts[0].Request).Identity is not SendIdentity.Plain;
    }
}
