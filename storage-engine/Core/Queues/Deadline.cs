namespace Serverless.StorageEngine.Queues;

/// <summary>An instant of the storage service: so long after the write that stores it.</summary>
/// <remarks>
/// The service stamps each row with the time of its write, so the instant is exact without asking any clock but the
/// service's own. It becomes a number when the row is read, and later writes keep that number.
/// </remarks>
/// <param name="After">How long after the write.</param>
/// <param name="At">The instant, by the service's time; null before the deadline was stored.</param>
public readonly record struct Deadline(TimeSpan After, DateTimeOffset? At)
{
    /// <summary>A deadline that counts from the write to come.</summary>
    public static Deadline In(TimeSpan after) => new(after, null);

    /// <summary>Whether the instant has come.</summary>
    /// <param name="now">The storage service's time, or earlier.</param>
    public bool HasPassed(DateTimeOffset now) => At <= now;
}
