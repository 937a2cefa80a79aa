using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text;
using Serverless.Benchmarks.Flights;
using Serverless.Benchmarks.Http;

namespace Serverless.Benchmarks.CatchUp;

/// <summary>Consumers of one group of the REST Proxy v2 that read a topic together.</summary>
internal static class GroupReaders
{
    private const string Group = "/consumers/g";
    private const string V2 = "application/vnd.kafka.v2+json";
    private const string Accept = "application/vnd.kafka.json.v2+json";

    /// <summary>Lets as many consumers as partitions join a new group and read until all records have come.</summary>
    /// <returns>The bytes of the answers.</returns>
    public static async Task<long> RunAsync(CatchUpTopic topic)
    {
        for (var number = 0; number < CatchUpTopic.Partitions; number++)
        {
            await PostAsync(
                topic.Node, Group, $$"""{"name":"c{{number}}","format":"json","auto.offset.reset":"earliest"}""");
            await PostAsync(
                topic.Node,
                $"{Group}/instances/c{number}/subscription",
                $$"""{"topics":["{{CatchUpTopic.Name}}"]}""");
        }

        var progress = new Progress(topic.RecordsPerPartition);
        var reading = Enumerable.Range(0, CatchUpTopic.Partitions).Select(number => Task.Factory.StartNew(
            () => Read(topic, FormattableString.Invariant($"{Group}/instances/c{number}/records"), progress),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));
        return (await Task.WhenAll(reading)).Sum();
    }

    private static long Read(CatchUpTopic topic, string path, Progress progress)
    {
        using var connection = new LoadConnection(topic.Node.Server.Address);
        using var body = new MemoryStream();
        var request = PreparedRequest.Get(path, Accept, records: 0);
        var bytes = 0L;
        while (!progress.IsComplete)
        {
            body.SetLength(0);
            if (connection.Ask(request, body) is { Status: not 200 } refusal)
            {
                throw new InvalidOperationException($"The node answered {refusal} to {path}.");
            }

            bytes += body.Length;
            progress.Take(body.GetBuffer().AsSpan(0, (int)body.Length));
        }

        return bytes;
    }

    private static async Task PostAsync(HostProcess node, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse(V2));
        using var response = await node.Client.PostAsync(new Uri(path, UriKind.Relative), content);
        await HostProcess.EnsureSuccessAsync(response);
    }

    // Members share the partitions anew while they join, and a record that came before may come again: what counts is
    // how far each partition was read.
    private sealed class Progress(long recordsPerPartition)
    {
        private readonly long[] _next = new long[CatchUpTopic.Partitions];

        public bool IsComplete => _next.All(next => next == recordsPerPartition);

        // A page holds records of one partition behind those of another.
        public void Take(ReadOnlySpan<byte> page)
        {
            for (var partition = 0; partition < _next.Length; partition++)
            {
                var mark = Encoding.UTF8.GetBytes(
                    FormattableString.Invariant($"\"partition\":{partition},\"offset\":"));
                if (page.LastIndexOf(mark) is >= 0 and var at
                    && Utf8Parser.TryParse(page[(at + mark.Length)..], out long offset, out _))
                {
                    InterlockedMax(ref _next[partition], offset + 1);
                }
            }
        }

        private static void InterlockedMax(ref long target, long value)
        {
            for (var seen = Volatile.Read(ref target); seen < value;)
            {
                var before = Interlocked.CompareExchange(ref target, value, seen);
                seen = before == seen ? value : before;
            }
        }
    }
}
