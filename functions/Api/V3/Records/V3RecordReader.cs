using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Confluent;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.V3.Records;

/// <summary>
/// Reads one record of v3: <c>{"partition_id", "headers", "key", "value", "timestamp"}</c>, every member optional,
/// <c>null</c> the same as absent, any other member refused, as is one that is there twice.
/// </summary>
/// <remarks>The result refers to slices of the JSON wherever nothing had to be decoded.</remarks>
internal ref struct V3RecordReader
{
    private static readonly RecordHeader[] NoHeaders = [];

    private readonly ReadOnlyMemory<byte> _json;
    private readonly int _headersMax;
    private readonly bool _isEntry;
    private Utf8JsonReader _reader;
    private V3DataReader.Result _key;
    private V3DataReader.Result _value;
    private IReadOnlyList<RecordHeader> _headers;
    private long? _timestamp;
    private int? _partition;
    private string? _id;
    private MembersSeen _seen;

    private V3RecordReader(ReadOnlyMemory<byte> json, int headersMax, bool isEntry)
    {
        _json = json;
        _headersMax = headersMax;
        _isEntry = isEntry;
        _headers = NoHeaders;
        _reader = new Utf8JsonReader(json.Span);
    }

    /// <summary>Reads one record.</summary>
    /// <param name="json">One JSON value in valid UTF-8; the result borrows it.</param>
    /// <param name="headersMax">The most headers to read; a record with more is refused while it is read.</param>
    /// <param name="isEntry">Whether it is an entry of a batch, which has an <c>id</c>.</param>
    /// <param name="record">The record, when the result is null.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static ConfluentError? Read(ReadOnlyMemory<byte> json, int headersMax, bool isEntry, out V3Record record)
    {
        record = default;
        var parser = new V3RecordReader(json, headersMax, isEntry);
        try
        {
            if (parser.ReadMembers() is { } broken)
            {
                return broken;
            }
        }
        catch (JsonException exception)
        {
            return ConfluentError.BadRequest(
                $"The record is not well-formed JSON: {JsonDetail.Of(exception, json.Span)}");
        }
        catch (InvalidOperationException)
        {
            // Only decoding a string throws this here: an escape stands for half of a surrogate pair.
            return ConfluentError.BadRequest("An escape of a string stands for no character.");
        }

        record = new(
            new(parser._partition, parser._key.Bytes, parser._value.Bytes, parser._headers, parser._timestamp),
            parser._key.Receipt,
            parser._value.Receipt,
            parser._id);
        return null;
    }

    private ConfluentError? ReadMembers()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            return ConfluentError.BadRequest("A record is a JSON object.");
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (ReadMember() is { } broken)
            {
                return broken;
            }
        }

        return null;
    }

    private ConfluentError? ReadMember()
    {
        if (_reader.ValueTextEquals("value"u8))
        {
            return Twice(0, "value") ?? V3DataReader.Read(ref _reader, _json, out _value);
        }

        if (_reader.ValueTextEquals("key"u8))
        {
            return Twice(1, "key") ?? V3DataReader.Read(ref _reader, _json, out _key);
        }

        if (_reader.ValueTextEquals("headers"u8))
        {
            return Twice(2, "headers") ?? ReadHeaders();
        }

        return _reader.ValueTextEquals("partition_id"u8) ? Twice(3, "partition_id") ?? ReadPartition()
            : _reader.ValueTextEquals("timestamp"u8) ? Twice(4, "timestamp") ?? ReadTimestamp()
            : _isEntry && _reader.ValueTextEquals("id"u8) ? Twice(5, "id") ?? ReadId()
            : UnknownMember(ref _reader, "partition_id, headers, key, value, timestamp");
    }

    private ConfluentError? Twice(int member, string name) => _seen.Again(member) ? TwiceThere(name) : null;

    private ConfluentError? ReadPartition()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt32(out var partition))
        {
            return ConfluentError.BadRequest("The member partition_id is a whole number.");
        }

        _partition = partition;
        return null;
    }

    private ConfluentError? ReadTimestamp()
    {
        _reader.Read();
        switch (_reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String when TryTimestamp(_reader.GetString()!, out var timestamp):
                _timestamp = timestamp;
                return null;
            default:
                return ConfluentError.BadRequest("The member timestamp is an ISO 8601 date and time.");
        }
    }

    // Unlike the native API's, a number is refused: Confluent's server would take it for seconds.
    private static bool TryTimestamp(string text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.Length < 10 || text[4] != '-'
            || !DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return false;
        }

        milliseconds = time.ToUnixTimeMilliseconds();
        return true;
    }

    private ConfluentError? ReadId()
    {
        _reader.Read();
        _id = _reader.TokenType == JsonTokenType.String ? _reader.GetString() : null;
        _reader.Skip();
        return null;
    }

    private ConfluentError? ReadHeaders()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            return ConfluentError.BadRequest("The member headers is an array of {\"name\",\"value\"}.");
        }

        var headers = new List<RecordHeader>();
        _headers = headers;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (headers.Count == _headersMax)
            {
                return ConfluentError.InvalidPayload($"The record has more than {_headersMax} headers.");
            }

            if (ReadHeader(headers) is { } broken)
            {
                return broken;
            }
        }

        return null;
    }

    private ConfluentError? ReadHeader(List<RecordHeader> headers)
    {
        string? name = null;
        ReadOnlyMemory<byte>? value = null;
        var isObject = _reader.TokenType == JsonTokenType.StartObject;
        var seen = default(MembersSeen);
        while (isObject && _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = _reader.ValueTextEquals("name"u8);
            if (!isName && !_reader.ValueTextEquals("value"u8))
            {
                return UnknownMember(ref _reader, "name, value");
            }

            if (seen.Again(isName ? 0 : 1))
            {
                return TwiceThere(isName ? "name" : "value");
            }

            _reader.Read();
            if (_reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
            {
                return ConfluentError.BadRequest("The members of a header are strings.");
            }

            if (isName)
            {
                name = _reader.GetString();
            }
            else if (_reader.TokenType == JsonTokenType.String)
            {
                value = JsonTokens.Base64Of(JsonTokens.TextOf(_reader, _json));
                if (value is null)
                {
                    return ConfluentError.BadRequest("The value of a header is not a valid base64 string.");
                }
            }
        }

        if (name is null)
        {
            return ConfluentError.BadRequest("A header is an object with a name.");
        }

        headers.Add(new(name, value));
        return null;
    }

    /// <summary>What a member is told that has been there already.</summary>
    /// <param name="name">Its name, a known one.</param>
    public static ConfluentError TwiceThere(string name) =>
        ConfluentError.BadRequest($"The member {name} is there twice.");

    /// <summary>What a member is told that does not exist.</summary>
    /// <param name="reader">At the member's name.</param>
    /// <param name="known">Those that do.</param>
    public static ConfluentError UnknownMember(ref Utf8JsonReader reader, string known)
    {
        var name = Encoding.UTF8.GetString(reader.ValueSpan);

        // A name comes from outside and goes into an answer: it is quoted only as far as it helps.
        var quoted = name.Length > 64 ? string.Concat(name.AsSpan(0, 64), "…") : name;
        return ConfluentError.BadRequest($"Unrecognized field \"{quoted}\"; known are {known}.");
    }
}
