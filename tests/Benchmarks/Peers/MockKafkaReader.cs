using System.Diagnostics;
using Confluent.Kafka;

namespace Serverless.Benchmarks.Peers;

/// <summary>A Kafka consumer of what the mock broker has kept of the stored records.</summary>
internal sealed class MockKafkaReader : IDisposable
{
    /// <summary>Where the records are stored.</summary>
    public static readonly TopicPartition Partition = new(Stored.Name, 0);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IConsumer<Ignore, byte[]> _consumer;
    private readonly WatermarkOffsets _kept;

    /// <summary>Connects, and finds out what has been kept.</summary>
    /// <param name="server">Where the broker listens.</param>
    public MockKafkaReader(string server)
    {
        _consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig
        {
            BootstrapServers = server,
            GroupId = Stored.Name,
            EnableAutoCommit = false,

            // The fetch that waits behind the last record holds up the first one of the next pass.
            FetchWaitMaxMs = 1,
        }).Build();
        _kept = _consumer.QueryWatermarkOffsets(Partition, Patience);
    }

    /// <summary>Reads it all again and again, until the time is over and the last pass is at its end.</summary>
    /// <param name="window">How long.</param>
    /// <returns>The records of all passes.</returns>
    public long Read(TimeSpan window)
    {
        var began = Stopwatch.GetTimestamp();
        var records = 0L;
        do
        {
            var tally = new Tally(_kept.Low, _kept.High);
            _consumer.Assign(new TopicPartitionOffset(Partition, _kept.Low));
            while (!tally.IsDone)
            {
                var result = _consumer.Consume(Patience) ?? throw new TimeoutException("The mock gave no record.");
                tally.Add(result.Message.Value);
            }

            records += tally.Records;
        }
        while (Stopwatch.GetElapsedTime(began) < window);

        return records;
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }
}
