using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Diagnostics;

/// <summary>How calls end, in a few words: the values of the tag <c>outcome</c>. Pure.</summary>
internal static class OutcomeNames
{
    /// <summary>What was asked for was done.</summary>
    public const string Ok = "ok";

    /// <summary>Something else was there first: another writer's block, another version of a row.</summary>
    public const string Conflict = "conflict";

    /// <summary>Storage did nothing.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>Storage may have done it.</summary>
    public const string Unknown = "unknown";

    /// <summary>The time was over, or nobody waited any more.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>What is stored is damaged.</summary>
    public const string Damaged = "damaged";

    /// <summary>A mistake of the program.</summary>
    public const string Failed = "failed";

    /// <summary>Too much was waiting.</summary>
    public const string Throttled = "throttled";

    private const string Gone = "gone";

    /// <summary>Whether somebody should look at it, if it happens often.</summary>
    public static bool IsFailure(string outcome) =>
        outcome is Unavailable or Unknown or Damaged or Failed or Throttled;

    /// <summary>What an exception means.</summary>
    public static string Of(Exception exception) => exception switch
    {
        StorageUnavailableException => Unavailable,
        StorageOutcomeUnknownException => Unknown,
        OperationCanceledException => Cancelled,
        CorruptDataException => Damaged,
        _ => Failed,
    };

    /// <summary>What a call of the storage service found.</summary>
    /// <typeparam name="T">What the call returns.</typeparam>
    public static string Of<T>(T result) => result switch
    {
        SegmentAppend.Appended => Ok,
        SegmentAppend.PositionTaken => Conflict,
        SegmentAppend.Full => "full",
        SegmentAppend.Gone => Gone,
        SegmentRead { Exists: false } => Gone,
        TableTransaction.Conflict => Conflict,
        false => "exists",
        _ => Ok,
    };

    /// <summary>What became of an append.</summary>
    public static string OfAppend(AppendOutcome outcome) => outcome switch
    {
        AppendOutcome.Appended { Duplicate: true } => "repeated",
        AppendOutcome.Appended or AppendOutcome.Fenced => Ok,
        AppendOutcome.Throttled or AppendOutcome.TooManyProducers => Throttled,
        AppendOutcome.UnknownTopicOrPartition => Gone,
        _ => "refused",
    };

    /// <summary>What became of a fetch.</summary>
    public static string OfFetch(FetchOutcome outcome) => outcome switch
    {
        FetchOutcome.Fetched { Batches.Count: 0 } => "empty",
        FetchOutcome.Fetched => Ok,
        FetchOutcome.OffsetOutOfRange => "out_of_range",
        _ => Gone,
    };
}
