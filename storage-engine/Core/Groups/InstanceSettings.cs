namespace Serverless.StorageEngine.Groups;

/// <summary>What a client chose when it created its consumer instance; never changes afterwards.</summary>
/// <param name="Format">The embedded format, in lower case; the engine only keeps it.</param>
/// <param name="AutoOffsetReset">Where to start without a committed offset.</param>
/// <param name="AutoCommit">
/// Whether each read commits what the read before it returned (<c>auto.commit.enable</c>).
/// </param>
/// <param name="RequestTimeout">The longest time a read waits for records (<c>consumer.request.timeout.ms</c>).</param>
public sealed record InstanceSettings(
    string Format, AutoOffsetReset AutoOffsetReset, bool AutoCommit, TimeSpan RequestTimeout)
{
    /// <summary>
    /// A read returns as soon as keys and values of its records take as many bytes (<c>fetch.min.bytes</c>), or when
    /// its time is over; with 1 or less, as soon as there is any record.
    /// </summary>
    public int FetchMinBytes { get; init; } = -1;

    /// <summary>
    /// Makes the member static (<c>group.instance.id</c>, KIP-345): whoever comes back with it within the session takes
    /// over the assignment, and the member that had it is fenced. Null for a dynamic member.
    /// </summary>
    public InstanceId? GroupInstanceId { get; init; }

    /// <summary>
    /// The assignor that this member prefers (<c>partition.assignment.strategy</c>): <c>range</c>, <c>roundrobin</c> or
    /// <c>cooperative-sticky</c>. The group uses the one that most of its members prefer. Null for no preference.
    /// </summary>
    public string? Assignor { get; init; }
}
