namespace Serverless.Benchmarks.Peers;

/// <summary>A system that can be measured.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Package">The package of Debian that brings it, or null where none is needed.</param>
/// <param name="Executable">What that package installs and is started.</param>
/// <param name="StartAsync">Starts it with its files in a folder.</param>
internal sealed record PeerKind(
    string Name, string? Package, string Executable, Func<string, Task<IPeer>> StartAsync)
{
    /// <summary>All of them, in the order of the report; the node comes first, and always runs.</summary>
    public static IReadOnlyList<PeerKind> All { get; } =
    [
        new("this node", null, "", NodePeer.StartAsync),
        new("NATS JetStream", "nats-server", NatsPeer.Executable, NatsPeer.StartAsync),
        new("Redis Streams, always", "redis-server", RedisPeer.Executable, static folder =>
            RedisPeer.StartAsync(folder, RedisPeer.Always)),
        new("Redis Streams, everysec", "redis-server", RedisPeer.Executable, static folder =>
            RedisPeer.StartAsync(folder, "everysec")),
        new("RabbitMQ", "rabbitmq-server", RabbitPeer.Executable, RabbitPeer.StartAsync),
        new("Kafka mock", null, "", MockKafkaPeer.StartAsync),
    ];
}
