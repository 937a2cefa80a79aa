using System.Text;

namespace Serverless.StorageEngine.Records;

/// <summary>What a producer says about one record, and the bytes it takes in a batch.</summary>
internal readonly ref struct RecordContent
{
    /// <summary>
    /// What the length fields hold in place of a length when there is nothing, not even an empty value.
    /// </summary>
    public const int NullLength = -1;

    private const int AttributesBytes = 1;

    private readonly ReadOnlySpan<byte> _key;
    private readonly int _keyLength;
    private readonly ReadOnlySpan<byte> _value;
    private readonly int _valueLength;
    private readonly IReadOnlyList<RecordHeader> _headers;

    public RecordContent(
        ReadOnlySpan<byte> key,
        bool hasKey,
        ReadOnlySpan<byte> value,
        bool hasValue,
        IReadOnlyList<RecordHeader> headers)
    {
        _key = hasKey ? key : [];
        _keyLength = hasKey ? key.Length : NullLength;
        _value = hasValue ? value : [];
        _valueLength = hasValue ? value.Length : NullLength;
        _headers = headers;
    }

    /// <summary>The bytes behind the record's own length field.</summary>
    public long BodyBytes(long timestampDelta, int offsetDelta)
    {
        long bytes = AttributesBytes + Varint.LengthOf(timestampDelta) + Varint.LengthOf(offsetDelta);
        bytes += Varint.LengthOf(_keyLength) + _key.Length;
        bytes += Varint.LengthOf(_valueLength) + (long)_value.Length;
        bytes += Varint.LengthOf(_headers.Count);
        for (var i = 0; i < _headers.Count; i++)
        {
            var header = _headers[i];
            var nameBytes = Encoding.UTF8.GetByteCount(header.Name);
            bytes += Varint.LengthOf(nameBytes) + nameBytes;
            bytes += Varint.LengthOf(header.Value?.Length ?? NullLength) + (header.Value?.Length ?? 0L);
        }

        return bytes;
    }

    /// <summary>Whether there is a key.</summary>
    public bool HasKey => _keyLength != NullLength;

    /// <summary>Writes what stands behind the record's own length field.</summary>
    /// <returns>The number of bytes written: those of <see cref="BodyBytes"/>.</returns>
    public int WriteBody(Span<byte> target, long timestampDelta, int offsetDelta)
    {
        target[0] = 0;
        var length = AttributesBytes;
        length += Varint.Write(target[length..], timestampDelta);
        length += Varint.Write(target[length..], offsetDelta);
        length += WriteBytes(target[length..], _key, _keyLength);
        length += WriteBytes(target[length..], _value, _valueLength);
        length += Varint.Write(target[length..], _headers.Count);
        for (var i = 0; i < _headers.Count; i++)
        {
            length += WriteHeader(target[length..], _headers[i]);
        }

        return length;
    }

    private static int WriteHeader(Span<byte> target, RecordHeader header)
    {
        var length = Varint.Write(target, Encoding.UTF8.GetByteCount(header.Name));
        length += Encoding.UTF8.GetBytes(header.Name, target[length..]);
        return header.Value is { } value
            ? length + WriteBytes(target[length..], value.Span, value.Length)
            : length + WriteBytes(target[length..], [], NullLength);
    }

    private static int WriteBytes(Span<byte> target, ReadOnlySpan<byte> bytes, int lengthField)
    {
        var length = Varint.Write(target, lengthField);
        bytes.CopyTo(target[length..]);
        return length + bytes.Length;
    }
}
