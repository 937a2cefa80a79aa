using Serverless.Benchmarks.Http;

namespace Serverless.Benchmarks.CatchUp;

/// <summary>Clients that read partitions page by page, each with a thread and one request in flight.</summary>
internal static class PageReaders
{
    /// <summary>Reads the whole topic.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="clients">How many clients share the partitions; each reads one after the other.</param>
    /// <param name="page">The request for the page of a partition that begins at an offset.</param>
    /// <returns>The bytes of the answers.</returns>
    public static async Task<long> RunAsync(
        CatchUpTopic topic, int clients, Func<int, long, (string Path, string Accept)> page)
    {
        var reading = Enumerable.Range(0, clients).Select(client => Task.Factory.StartNew(
            () => Read(topic, Enumerable.Range(0, CatchUpTopic.Partitions).Where(p => p % clients == client), page),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));
        return (await Task.WhenAll(reading)).Sum();
    }

    private static long Read(
        CatchUpTopic topic, IEnumerable<int> partitions, Func<int, long, (string Path, string Accept)> page)
    {
        using var connection = new LoadConnection(topic.Node.Server.Address);
        var bytes = 0L;
        foreach (var partition in partitions)
        {
            for (var offset = 0L; offset < topic.RecordsPerPartition;)
            {
                var (path, accept) = page(partition, offset);
                var answer = connection.Ask(PreparedRequest.Get(path, accept, records: 0));
                if (answer.Status != 200 || answer.NextOffset is not { } next || next <= offset)
                {
                    throw new InvalidOperationException($"The node answered {answer} to {path}.");
                }

                (offset, bytes) = (next, bytes + answer.BodyBytes);
            }
        }

        return bytes;
    }
}
