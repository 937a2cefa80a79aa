using System.Globalization;
using System.Text;
using Serverless.StorageEngine.Records;

namespace Serverless.Benchmarks.Compaction;

/// <summary>
/// Records of about 200 bytes in batches of a MiB, uncompressed: the keys in another order each time round, the values
/// JSON that a codec makes a fifth of.
/// </summary>
/// <param name="keys">The number of different keys.</param>
internal sealed class KeyedRecords(int keys)
{
    private const int BatchBytesMax = 1_000_000;

    // Two primes: steps of the one visit every key before they come back to the first, unless it divides their number.
    private const long Step = 1_000_003;
    private const long OtherStep = 15_485_863;

    private readonly RecordBatchBuilder _builder = new(BatchBytesMax);
    private readonly Random _random = new(1);
    private readonly byte[] _key = new byte[64];
    private readonly byte[] _value = new byte[512];

    /// <summary>The number of records so far.</summary>
    public long Count { get; private set; }

    /// <summary>The next batch.</summary>
    public RecordBatch Next()
    {
        while (_builder.Length < BatchBytesMax - _value.Length)
        {
            Add();
        }

        return _builder.Build();
    }

    /// <summary>A batch of one more record.</summary>
    public RecordBatch NextAlone()
    {
        Add();
        return _builder.Build();
    }

    private void Add()
    {
        var step = (Count / keys) % 2 == 0 ? Step : OtherStep;
        var number = Count % keys * step % keys;
        var key = Write(_key, string.Create(CultureInfo.InvariantCulture, $"customer-{number:D10}"));
        var value = Write(_value, string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"customer\":{number},\"version\":{Count},\"balance\":{_random.Next(1_000_000)},"
            + $"\"address\":{{\"street\":\"Long Road {_random.Next(1_000)}\",\"postcode\":\"{_random.Next(100_000):D5}\"}},"
            + $"\"session\":\"{_random.NextInt64():x16}\",\"flags\":[true,false,true],\"state\":\"active\"}}"));
        _builder.Append(1_000 + Count, key, hasKey: true, value, hasValue: true, []);
        Count++;
    }

    private static ReadOnlySpan<byte> Write(byte[] target, string text) =>
        target.AsSpan(0, Encoding.UTF8.GetBytes(text, target));
}
