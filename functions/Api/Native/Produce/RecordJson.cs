using System.Buffers.Text;
using System.Text.Json;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>
/// Reads a record as the native API writes it: <c>{"key", "value", "headers", "timestamp", "partition"}</c>. A
/// record has at least a key or a value, be it <c>null</c>; every other member is optional, <c>null</c> the same as
/// absent, and any other refused.
/// </summary>
/// <remarks>
/// A key or value that is a JSON string stands for its text in UTF-8; any other JSON value stands for its own bytes,
/// white space included; <c>key_base64</c> and <c>value_base64</c> hold any bytes. Headers are an array of
/// <c>{"name", "value"}</c> or <c>{"name", "base64"}</c>, or an object from name to text. A timestamp is milliseconds
/// since 1970 or ISO 8601. The result refers to slices of the JSON wherever nothing had to be decoded.
/// </remarks>
internal ref struct RecordJson
{
    private static readonly RecordHeader[] NoHeaders = [];

    private readonly ReadOnlyMemory<byte> _json;
    private readonly int _headersMax;
    private Utf8JsonReader _reader;
    private ReadOnlyMemory<byte>? _key;
    private ReadOnlyMemory<byte>? _value;
    private IReadOnlyList<RecordHeader> _headers;
    private long? _timestamp;
    private int? _partition;
    private bool _hasKeyOrValue;

    private RecordJson(ReadOnlyMemory<byte> json, int headersMax)
    {
        _json = json;
        _headersMax = headersMax;
        _headers = NoHeaders;
        _reader = new Utf8JsonReader(json.Span);
    }

    /// <summary>Reads one record.</summary>
    /// <param name="json">Valid UTF-8; the result borrows it.</param>
    /// <param name="headersMax">The most headers to read; a record with more is refused while it is read.</param>
    /// <param name="record">The record, when the result is null.</param>
    /// <returns>What is wrong with it, as a sentence that goes on after a position; null when nothing is.</returns>
    public static string? Read(ReadOnlyMemory<byte> json, int headersMax, out ProduceRecord record)
    {
        record = default;
        var parser = new RecordJson(json, headersMax);
        try
        {
            if (parser.ReadMembers() is { } broken)
            {
                return broken;
            }
        }
        catch (JsonException exception)
        {
            return "this is not well-formed JSON: " + Bodies.JsonDetail.Of(exception, json.Span);
        }
        catch (InvalidOperationException)
        {
            // Only decoding a string throws this here: an escape stands for half of a surrogate pair.
            return "an escape of a string stands for no character.";
        }

        record = new(parser._partition, parser._key, parser._value, parser._headers, parser._timestamp);
        return null;
    }

    private string? ReadMembers()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            return $"a record is an object like {{\"key\":…,\"value\":…}}, not {NameOf(_reader.TokenType)}.";
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (ReadMember() is { } broken)
            {
                return broken;
            }
        }

        // Reads on to the end, so that bytes behind the object are noticed.
        _reader.Read();
        return _hasKeyOrValue ? null : "a record has 'value' or 'key'; a tombstone says \"value\":null.";
    }

    private string? ReadMember()
    {
        if (_reader.ValueTextEquals("value"u8))
        {
            return ReadBytes(ref _value, "value", isBase64: false);
        }

        if (_reader.ValueTextEquals("key"u8))
        {
            return ReadBytes(ref _key, "key", isBase64: false);
        }

        if (_reader.ValueTextEquals("headers"u8))
        {
            return ReadHeaders();
        }

        if (_reader.ValueTextEquals("timestamp"u8))
        {
            return ReadTimestamp();
        }

        if (_reader.ValueTextEquals("partition"u8))
        {
            return ReadPartition();
        }

        return _reader.ValueTextEquals("value_base64"u8) ? ReadBytes(ref _value, "value_base64", isBase64: true)
            : _reader.ValueTextEquals("key_base64"u8) ? ReadBytes(ref _key, "key_base64", isBase64: true)
            : $"a record has no member {Quoted()}; it has key, key_base64, value, value_base64, headers, timestamp, "
                + "partition.";
    }

    private string? ReadBytes(ref ReadOnlyMemory<byte>? bytes, string member, bool isBase64)
    {
        _hasKeyOrValue = true;
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (bytes is not null)
        {
            return $"the member '{member}' stands beside another form of itself.";
        }

        if (!isBase64)
        {
            bytes = ReadAnyValue();
            return null;
        }

        bytes = ReadBase64();
        return bytes is null ? $"'{member}' is {Given()}; it is a string of base64, like \"aGk=\"." : null;
    }

    private ReadOnlyMemory<byte> ReadAnyValue()
    {
        var start = (int)_reader.TokenStartIndex;
        if (_reader.TokenType != JsonTokenType.String)
        {
            _reader.Skip();
            return _json[start..(int)_reader.BytesConsumed];
        }

        return ReadText();
    }

    private ReadOnlyMemory<byte> ReadText()
    {
        if (!_reader.ValueIsEscaped)
        {
            return _json.Slice((int)_reader.TokenStartIndex + 1, _reader.ValueSpan.Length);
        }

        var text = new byte[_reader.ValueSpan.Length];
        return text.AsMemory(0, _reader.CopyString(text));
    }

    private ReadOnlyMemory<byte>? ReadBase64()
    {
        if (_reader.TokenType != JsonTokenType.String)
        {
            return null;
        }

        var text = ReadText().Span;
        if (!Base64.IsValid(text, out var length))
        {
            return null;
        }

        var bytes = new byte[length];
        Base64.DecodeFromUtf8(text, bytes, out _, out _);
        return bytes;
    }

    private string? ReadTimestamp()
    {
        _reader.Read();
        switch (_reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.Number when _reader.TryGetInt64(out var milliseconds):
                _timestamp = milliseconds;
                return null;
            case JsonTokenType.String when QueryText.TryTimestamp(_reader.GetString(), out var milliseconds):
                _timestamp = milliseconds;
                return null;
            default:
                return $"'timestamp' is {Given()}; it is milliseconds since 1970 or ISO 8601.";
        }
    }

    private string? ReadPartition()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt32(out var partition) || partition < 0)
        {
            return $"'partition' is {Given()}; it is a number from 0 on.";
        }

        _partition = partition;
        return null;
    }

    private string? ReadHeaders()
    {
        _reader.Read();
        var headers = new List<RecordHeader>();
        _headers = headers;
        return _reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.StartArray => ReadHeaderArray(headers),
            JsonTokenType.StartObject => ReadHeaderObject(headers),
            _ => $"'headers' is {Given()}; it is an array of {{\"name\",\"value\"}} or an object from name to text.",
        };
    }

    private string? ReadHeaderArray(List<RecordHeader> headers)
    {
        string? broken = null;
        while (broken is null && _reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            broken = headers.Count == _headersMax ? TooManyHeaders() : ReadHeader(headers);
        }

        return broken;
    }

    private string? ReadHeader(List<RecordHeader> headers)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            return "a header is an object {\"name\",\"value\"} or {\"name\",\"base64\"}.";
        }

        string? name = null;
        ReadOnlyMemory<byte>? value = null;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = _reader.ValueTextEquals("name"u8);
            var isBase64 = _reader.ValueTextEquals("base64"u8);
            if (!isName && !isBase64 && !_reader.ValueTextEquals("value"u8))
            {
                return $"a header has no member {Quoted()}; it has name, value, base64.";
            }

            _reader.Read();
            if (_reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
            {
                return $"the members of a header are strings, not {NameOf(_reader.TokenType)}.";
            }

            if (isName)
            {
                name = _reader.GetString();
            }
            else if (_reader.TokenType == JsonTokenType.String)
            {
                value = isBase64 ? ReadBase64() : ReadText();
                if (value is null)
                {
                    return $"the 'base64' of a header is {Given()}; it is a string of base64.";
                }
            }
        }

        if (name is null)
        {
            return "a header has no name.";
        }

        headers.Add(new(name, value));
        return null;
    }

    private string? ReadHeaderObject(List<RecordHeader> headers)
    {
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (headers.Count == _headersMax)
            {
                return TooManyHeaders();
            }

            var name = _reader.GetString()!;
            _reader.Read();
            if (_reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
            {
                return $"the header {Quotation.Of(name)} is a string, not {NameOf(_reader.TokenType)}.";
            }

            var isNull = _reader.TokenType == JsonTokenType.Null;
            headers.Add(new(name, isNull ? default(ReadOnlyMemory<byte>?) : ReadText()));
        }

        return null;
    }

    private readonly string TooManyHeaders() => $"the record has more than {_headersMax} headers.";

    private readonly string Quoted() => Quotation.Of(_reader.ValueSpan);

    // The value that the reader stands at, quotation marks of a string included.
    private string Given()
    {
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        return Quotation.Of(_json.Span[start..(int)_reader.BytesConsumed]);
    }

    private static string NameOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartArray => "an array",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "a truth value",
    };
}
