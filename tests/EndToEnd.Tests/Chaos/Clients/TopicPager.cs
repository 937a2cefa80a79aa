using System.Collections.Immutable;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>Reads the whole topic page by page by the cursors of the answers, each through another node.</summary>
internal static class TopicPager
{
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(300);

    /// <summary>Reads until the ends are known and reached.</summary>
    public static async Task RunAsync(ChaosClient client)
    {
        var run = client.Run;
        var next = new long[run.Partitions];
        var place = "from=earliest";
        run.History.Note(client.Process, new Request.Assign(Positions(run, next)), ChaosRun.Now);
        while (!run.IsAtEnd(next))
        {
            var operation = await client.InvokeAsync(new Request.Poll(Positions(run, next)));
            using var request = new HttpRequestMessage(
                HttpMethod.Get,
                $"/api/v1/topics/{ChaosRun.TopicName}/records?{place}&value=text&wait={Wait.TotalMilliseconds}ms");
            if (await client.SendAsync(request, Wait) is not Reply.Received { IsSuccess: true, Json: var json })
            {
                client.Complete(operation, new Answer.Unknown("no page"));
                continue;
            }

            var slices = RecordPages.SlicesOf(json.GetProperty("records"), run);
            client.Complete(operation, new Answer.Polled(slices));
            place = $"cursor={json.GetProperty("next").GetString()}";
            foreach (var slice in slices)
            {
                next[slice.Partition.Index] = slice.Records[^1].Offset + 1;
            }
        }
    }

    private static ImmutableArray<Position> Positions(ChaosRun run, long[] next) =>
        [.. next.Select((offset, partition) => new Position(run.PartitionOf(partition), offset))];
}
