namespace Serverless.StorageEngine.Groups;

/// <summary>What a client chose when it created its consumer instance; never changes afterwards.</summary>
/// <param name="Format">The embedded format, in lower case; the engine only keeps it.</param>
/// <param name="AutoOffsetReset">Where to start without a committed offset.</param>
/// <param name="AutoCommit">
/// Whether each read commits what the read before it returned (<c>auto.commit.enable</c>).
/// </param>
/// <param name="RequestTimeout">The longest time a read waits for records (<c>consumer.request.timeout.ms</c>).</param>
public sealed record InstanceSettings(
    string Format, AutoOffsetReset AutoOffsetReset, bool AutoCommit, TimeSpan RequestTimeout);
