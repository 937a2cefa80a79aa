using System.Globalization;
using Serverless.Benchmarks.Flights;
using Serverless.Benchmarks.Http;

namespace Serverless.Benchmarks.CatchUp;

/// <summary>The topic that is read, and the node that serves it.</summary>
/// <param name="Node">Has just been started.</param>
/// <param name="RecordsPerPartition">How many records each partition has; their offsets begin at 0.</param>
internal sealed record CatchUpTopic(HostProcess Node, long RecordsPerPartition)
{
    /// <summary>How many partitions the topic has.</summary>
    public const int Partitions = 4;

    /// <summary>The topic's name.</summary>
    public const string Name = "t";

    /// <summary>Where it is read by the native API.</summary>
    public const string Path = $"/api/v1/topics/{Name}";

    /// <summary>Of all partitions.</summary>
    public long Records => Partitions * RecordsPerPartition;

    /// <summary>Fills a new store, and stops the node that did.</summary>
    /// <param name="folder">Where the store lies.</param>
    /// <param name="bytes">How many bytes of record batches the partitions get together, at least.</param>
    /// <returns>The number of records in each partition.</returns>
    public static async Task<long> FillAsync(string folder, long bytes)
    {
        await using var node = await HostProcess.StartAsync(folder);
        await node.CreateTopicAsync(Name, Partitions);
        var body = Documents.Batch().Bytes;
        var batches = (bytes / Partitions / body.Length) + 1;
        var fillings = Enumerable.Range(0, Partitions).Select(partition => Task.Run(() =>
        {
            using var connection = new LoadConnection(node.Server.Address);
            var request = PreparedRequest.Post(
                string.Create(CultureInfo.InvariantCulture, $"{Path}/partitions/{partition}/batches"),
                "application/vnd.kafka.recordbatch.v2",
                body.Span,
                Documents.PerRequest);
            for (var batch = 0L; batch < batches; batch++)
            {
                if (connection.Ask(request) is { Status: not 200 } refusal)
                {
                    throw new InvalidOperationException($"The node answered {refusal.Status} to a batch.");
                }
            }
        }));
        await Task.WhenAll(fillings);
        return batches * Documents.PerRequest;
    }
}
