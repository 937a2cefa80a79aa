using System.Text.Json;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>
/// Reads a record as the native API writes it: <c>{"key", "value", "headers", "timestamp", "partition"}</c>. A
/// record has at least a key or a value, be it <c>null</c>; every other member is optional, <c>null</c> the same as
/// absent, and any other refused, as is one that is there twice.
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
    private MembersSeen _seen;

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
            return "this is not well-formed JSON: " + JsonDetail.Of(exception, json.Span);
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
            return $"a record is an object like {{\"key\":…,\"value\":…}}, not {JsonTokens.NameOf(_reader.TokenType)}.";
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
            return Twice(0, "value") ?? ReadBytes(ref _value, "value", isBase64: false);
        }

        if (_reader.ValueTextEquals("key"u8))
        {
            return Twice(1, "key") ?? ReadBytes(ref _key, "key", isBase64: false);
        }

        if (_reader.ValueTextEquals("headers"u8))
        {
            return Twice(2, "headers") ?? ReadHeaders();
        }

        if (_reader.ValueTextEquals("timestamp"u8))
        {
            return Twice(3, "timestamp") ?? ReadTimestamp();
        }

        if (_reader.ValueTextEquals("partition"u8))
        {
            return Twice(4, "partition") ?? ReadPartition();
        }

        return _reader.ValueTextEquals("value_base64"u8)
            ? Twice(5, "value_base64") ?? ReadBytes(ref _value, "value_base64", isBase64: true)
            : _reader.ValueTextEquals("key_base64"u8)
            ? Twice(6, "key_base64") ?? ReadBytes(ref _key, "key_base64", isBase64: true)
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

        bytes = _reader.TokenType == JsonTokenType.String
            ? JsonTokens.Base64Of(JsonTokens.TextOf(_reader, _json))
            : null;
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

        return JsonTokens.TextOf(_reader, _json);
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
        return HeadersJson.Read(ref _reader, _json, _headersMax, headers);
    }

    private string? ReadTimestamp()
    {
        _reader.Read();
        return TimestampJson.Read(ref _reader, _json, out _timestamp);
    }

    private string? Twice(int member, string name) => _seen.Again(member) ? MembersSeen.Twice(name) : null;

    private readonly string Quoted() => Quotation.Of(_reader.ValueSpan);

    // The value that the reader stands at, quotation marks of a string included.
    private string Given() => JsonTokens.Given(ref _reader, _json);
}
