using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log;

/// <summary>Names a batch by the request that brought it, so that the same request sent again is recognised.</summary>
/// <remarks>
/// A repeated request must send each record to the same partition under the same ordinal; the borders of its batches
/// may differ. It is recognised in the partition it went to, so that records without a key need a partition that
/// follows from the request too.
/// </remarks>
/// <param name="Request">128 bits that stand for the client's idempotency key and the topic; never 0.</param>
/// <param name="FirstOrdinal">Which of the request's records for this partition the batch begins with; from 0.</param>
[DebuggerDisplay("{Request} from {FirstOrdinal}")]
public readonly record struct RequestKey(UInt128 Request, int FirstOrdinal)
{
    /// <summary>The key of a request's records for one partition.</summary>
    /// <param name="topic">This life of the topic: a topic that was created anew knows no earlier request.</param>
    /// <param name="idempotencyKey">What the client sent; any text.</param>
    /// <param name="firstOrdinal">See <see cref="FirstOrdinal"/>.</param>
    public static RequestKey Of(TopicId topic, string idempotencyKey, int firstOrdinal)
    {
        ArgumentNullException.ThrowIfNull(idempotencyKey);
        Invariant.Holds(firstOrdinal >= 0);
        var text = new byte[16 + Encoding.UTF8.GetMaxByteCount(idempotencyKey.Length)];
        BinaryPrimitives.WriteUInt128BigEndian(text, topic.Value);
        var length = 16 + Encoding.UTF8.GetBytes(idempotencyKey, text.AsSpan(16));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text.AsSpan(0, length), hash);
        var request = BinaryPrimitives.ReadUInt128BigEndian(hash);

        // 0 is what a batch without a key has in the log.
        return new RequestKey(request == UInt128.Zero ? UInt128.One : request, firstOrdinal);
    }

    /// <summary>The key of a batch that begins <paramref name="count"/> records further on.</summary>
    public RequestKey After(int count) => this with { FirstOrdinal = checked(FirstOrdinal + count) };
}
