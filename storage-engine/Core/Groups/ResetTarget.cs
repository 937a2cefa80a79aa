namespace Serverless.StorageEngine.Groups;

/// <summary>Where a group shall go on (what <c>kafka-consumer-groups --reset-offsets</c> offers).</summary>
public abstract record ResetTarget
{
    private ResetTarget()
    {
    }

    /// <summary>At the first record that is left.</summary>
    public sealed record Earliest : ResetTarget;

    /// <summary>Behind the last record.</summary>
    public sealed record Latest : ResetTarget;

    /// <summary>At an offset.</summary>
    /// <param name="Offset">The next one to read.</param>
    public sealed record At(long Offset) : ResetTarget;

    /// <summary>At the first record that is not older; behind the last one when all are.</summary>
    /// <param name="Timestamp">In milliseconds since 1970.</param>
    public sealed record Since(long Timestamp) : ResetTarget;

    /// <summary>So many offsets behind what is committed.</summary>
    /// <param name="Offsets">Forward, or back when negative.</param>
    public sealed record Shifted(long Offsets) : ResetTarget;
}
