namespace Serverless.StorageEngine.Queues;

/// <summary>A record at or behind a share partition's start offset that was delivered, or passed over, once.</summary>
/// <param name="State">What became of it so far.</param>
/// <param name="Deliveries">How often it was delivered; 0 once it is done, when nobody asks any more.</param>
public sealed record InFlightRecord(RecordState State, int Deliveries)
{
    /// <summary>A receiver has dealt with it.</summary>
    public static InFlightRecord Acknowledged { get; } = new(RecordState.Acknowledged, 0);

    /// <summary>It is not delivered again.</summary>
    public static InFlightRecord Archived { get; } = new(RecordState.Archived, 0);

    /// <summary>Who has it and how long; of acquired records only.</summary>
    public RecordLock? Lock { get; init; }

    /// <summary>Until when it is not delivered; of available records that were released with a delay only.</summary>
    public Deadline? Delay { get; init; }

    /// <summary>Why it will be archived; of archiving records only.</summary>
    public ArchiveCause Cause { get; init; }

    /// <summary>Whether nothing happens to it any more, so that the start offset may move past it.</summary>
    public bool IsDone => State is RecordState.Acknowledged or RecordState.Archived;

    /// <summary>Whether it may be delivered now.</summary>
    public bool IsAcquirable => State == RecordState.Available && Delay is null;

    /// <summary>When something happens to it by itself, or null.</summary>
    public DateTimeOffset? ChangesAt => Lock?.Until.At ?? Delay?.At;
}
