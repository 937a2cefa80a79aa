using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Log;

/// <summary>Names a batch by the request that brought it, so that the same request sent again is recognised.</summary>
/// <remarks>
/// A repeated request must send each record to the same partition under the same ordinal; the borders of its batches
/// may differ. It is recognised in the partition it went to, so that records without a key need a partition that
/// follows from the request too.
/// </remarks>
/// <param name="Request">
/// 96 bits that stand for the client's idempotency key and the topic, never 0, and below them the 32 bits of
/// <see cref="WithFingerprint"/>.
/// </param>
/// <param name="FirstOrdinal">Which of the request's records for this partition the batch begins with; from 0.</param>
[DebuggerDisplay("{Request} from {FirstOrdinal}")]
public readonly record struct RequestKey(Bits128 Request, int FirstOrdinal)
{
    /// <summary>How many bits of <see cref="Request"/>, the lowest ones, tell requests with one key apart.</summary>
    public const int FingerprintBits = RequestRun.FingerprintBits;

    /// <summary>The key of a request's records for one partition.</summary>
    /// <param name="topic">This life of the topic: a topic that was created anew knows no earlier request.</param>
    /// <param name="idempotencyKey">What the client sent; any text.</param>
    /// <param name="firstOrdinal">See <see cref="FirstOrdinal"/>.</param>
    public static RequestKey Of(TopicId topic, string idempotencyKey, int firstOrdinal)
    {
        ArgumentNullException.ThrowIfNull(idempotencyKey);
        Invariant.Holds(firstOrdinal >= 0);
        var text = new byte[16 + Encoding.UTF8.GetMaxByteCount(idempotencyKey.Length)];
        Bits128.Write(text, topic.Value);
        var length = 16 + Encoding.UTF8.GetBytes(idempotencyKey, text.AsSpan(16));
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text.AsSpan(0, length), hash);

        // 0 is what a batch without a key has in the log.
        var key = RequestRun.WithoutFingerprint(Bits128.Read(hash));
        return new RequestKey(key == Bits128.Zero ? 1UL << FingerprintBits : key, firstOrdinal);
    }

    /// <summary>
    /// The key of a request that says what it brings: another request with the same idempotency key is then refused
    /// instead of being taken for a repetition.
    /// </summary>
    /// <param name="fingerprint">Any checksum of what the client wrote; 0 is one like any other.</param>
    public RequestKey WithFingerprint(uint fingerprint) =>
        this with { Request = Keyed(Request, fingerprint) };

    /// <summary>The key of a batch that begins <paramref name="count"/> records further on.</summary>
    public RequestKey After(int count) => this with { FirstOrdinal = checked(FirstOrdinal + count) };

    private static Bits128 Keyed(Bits128 request, uint fingerprint)
    {
        var key = RequestRun.WithoutFingerprint(request);
        return key with { Low = key.Low | fingerprint };
    }
}
