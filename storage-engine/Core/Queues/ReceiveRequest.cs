using Serverless.StorageEngine.Log;

namespace Serverless.StorageEngine.Queues;

/// <summary>What a receiver asks for.</summary>
/// <param name="RecordsMax">1 to <see cref="QueueLimits.RecordsPerRequestMax"/>.</param>
/// <param name="BytesMax">
/// The most bytes of keys and values, 1 to <see cref="QueueLimits.ReceiveBytesMax"/>; the first record is given however
/// large it is.
/// </param>
/// <param name="Wait">How long to wait when there is nothing.</param>
/// <param name="Receiver">What the receiver calls itself, see <see cref="ProblemOf"/>; null for nothing.</param>
public sealed record ReceiveRequest(int RecordsMax, int BytesMax, TimeSpan Wait, string? Receiver)
{
    /// <summary>
    /// What the receive may hold of batches that are restored from compression; the caller's. Null for no bound.
    /// </summary>
    public ByteShare? Memory { get; init; }

    /// <summary>Why a text cannot be a receiver's name, or null.</summary>
    /// <param name="receiver">Any text.</param>
    public static string? ProblemOf(string receiver) =>
        receiver.Length is >= 1 and <= QueueLimits.ReceiverLengthMax
        && receiver.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or ':' or '@')
            ? null
            : $"1 to {QueueLimits.ReceiverLengthMax} letters, digits and - . _ ~ : @";
}
