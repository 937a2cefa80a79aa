using Confluent.Kafka;

namespace Serverless.Benchmarks.Peers;

/// <summary>librdkafka's mock cluster of one broker, which keeps records in memory, in its own process.</summary>
internal static class MockBroker
{
    /// <summary>The name of its command; hidden, since only the benchmarks start it.</summary>
    public const string Command = "mock-broker";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Says on the console where it listens, and serves until it is killed.</summary>
    public static async Task RunAsync()
    {
        var settings = new ProducerConfig { BootstrapServers = "mock" };
        settings.Set("test.mock.num.brokers", "1");
        using var producer = new ProducerBuilder<Null, byte[]>(settings).Build();
        using var admin = new DependentAdminClientBuilder(producer.Handle).Build();
        var broker = admin.GetMetadata(Patience).Brokers[0];
        Console.WriteLine($"Mock broker listens on kafka://{broker.Host}:{broker.Port}");
        await Task.Delay(Timeout.InfiniteTimeSpan);
    }
}
