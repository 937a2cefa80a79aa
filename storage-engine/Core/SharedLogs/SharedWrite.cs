using System.Buffers;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>A change of a segment that waits for a block.</summary>
/// <param name="kind">What is to happen.</param>
/// <param name="segment">The segment.</param>
/// <param name="position">Where the bytes go; of a seal, the carrier's number; else 0.</param>
/// <param name="bytes">Borrowed until the write is decided; empty for what is no append.</param>
internal sealed class SharedWrite(
    SharedWriteKind kind, SegmentName segment, long position, ReadOnlySequence<byte> bytes)
{
    private readonly TaskCompletionSource<SegmentAppend> _outcome =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is to happen.</summary>
    public SharedWriteKind Kind => kind;

    /// <summary>The segment.</summary>
    public SegmentName Segment => segment;

    /// <summary>Where the bytes go.</summary>
    public long Position => position;

    /// <summary>The bytes.</summary>
    public ReadOnlySequence<byte> Bytes => bytes;

    /// <summary>How much of a queue's bound it takes.</summary>
    public long Weight => bytes.Length + (segment.Value?.Length ?? 0);

    /// <summary>The outcome: of a creation, <see cref="SegmentAppend.PositionTaken"/> says that the segment was there
    /// already; of a deletion, always <see cref="SegmentAppend.Appended"/>.</summary>
    public Task<SegmentAppend> Outcome => _outcome.Task;

    /// <summary>Whether it is decided, or cannot be.</summary>
    public bool IsDecided => _outcome.Task.IsCompleted;

    /// <summary>Tells the caller.</summary>
    public void Complete(SegmentAppend outcome) => _outcome.TrySetResult(outcome);

    /// <summary>Tells the caller that it could not be decided.</summary>
    public void Fail(Exception exception) => _outcome.TrySetException(exception);
}
