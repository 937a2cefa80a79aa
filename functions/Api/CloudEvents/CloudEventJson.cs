using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Serverless.Functions.Api.Bodies;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>Reads one event in the JSON format of CloudEvents 1.0.2.</summary>
/// <remarks>
/// <para>
/// An attribute that is <c>null</c> is not set. A member that is there twice is refused: readers disagree about which
/// one counts. <c>data</c> is JSON where the media type says so or nothing is said (then <c>application/json</c>
/// becomes the event's <c>datacontenttype</c>, since other formats imply nothing), and else a string that is encoded as
/// the media type says. <c>data_base64</c> excludes it; beside a <c>null</c> of either, the other counts.
/// </para>
/// <para>The event refers to slices of the JSON wherever nothing had to be decoded.</para>
/// </remarks>
internal ref struct CloudEventJson
{
    private const string ImpliedMediaType = "application/json";

    private readonly ReadOnlyMemory<byte> _json;
    private readonly int _attributesMax;
    private readonly List<CloudEventAttribute> _attributes = [];
    private Utf8JsonReader _reader;
    private Utf8JsonReader _data;
    private int _dataEnd;
    private bool _hasData;
    private ReadOnlyMemory<byte>? _base64;
    private bool _hasBase64;

    private CloudEventJson(ReadOnlyMemory<byte> json, int attributesMax)
    {
        _json = json;
        _attributesMax = attributesMax;
        _reader = new(json.Span);
    }

    /// <summary>Reads an event.</summary>
    /// <param name="json">Borrowed as long as the event lives.</param>
    /// <param name="attributesMax">The most attributes to read; an event with more is refused while it is read.</param>
    /// <param name="read">The event; null when the result is not.</param>
    /// <returns>What is wrong with it, as a sentence that goes on after a position; null when nothing is.</returns>
    public static string? Read(ReadOnlyMemory<byte> json, int attributesMax, out CloudEvent? read)
    {
        read = null;
        if (!Utf8.IsValid(json.Span))
        {
            return "these bytes are not valid UTF-8.";
        }

        var parser = new CloudEventJson(json, attributesMax);
        try
        {
            return parser.ReadMembers() ?? parser.Create(out read);
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
    }

    private string? ReadMembers()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            return $"an event is an object like {{\"specversion\":\"1.0\",\"id\":…,\"source\":…,\"type\":…}}, not "
                + $"{JsonTokens.Given(ref _reader, _json)}.";
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
        return null;
    }

    private string? ReadMember()
    {
        if (_reader.ValueTextEquals("data"u8))
        {
            return ReadData();
        }

        if (_reader.ValueTextEquals("data_base64"u8))
        {
            return ReadBase64();
        }

        var name = _reader.GetString()!;
        _reader.Read();
        if (CloudEventRules.CheckName(name) is { } broken)
        {
            return broken;
        }

        return _attributes.Count == _attributesMax
            ? $"the event has more than {_attributesMax} attributes."
            : ReadAttribute(name);
    }

    private string? ReadAttribute(string name)
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                _attributes.Add(new(name, _reader.GetString()!));
                return null;
            case JsonTokenType.True or JsonTokenType.False:
                var truth = _reader.TokenType == JsonTokenType.True ? "true" : "false";
                _attributes.Add(new(name, truth, CloudEventAttributeKind.Boolean));
                return null;
            case JsonTokenType.Number when _reader.TryGetInt32(out var number):
                var digits = number.ToString(CultureInfo.InvariantCulture);
                _attributes.Add(new(name, digits, CloudEventAttributeKind.Integer));
                return null;
            default:
                return $"the attribute '{name}' is {JsonTokens.Given(ref _reader, _json)}; it is a string, a "
                    + $"truth value, or a whole number from {int.MinValue} to {int.MaxValue}.";
        }
    }

    private string? ReadData()
    {
        _reader.Read();
        if (_hasData)
        {
            return "the member 'data' is there twice.";
        }

        _hasData = true;
        _data = _reader;
        _reader.Skip();
        _dataEnd = (int)_reader.BytesConsumed;
        return null;
    }

    private string? ReadBase64()
    {
        _reader.Read();
        if (_hasBase64)
        {
            return "the member 'data_base64' is there twice.";
        }

        _hasBase64 = true;
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (_reader.TokenType == JsonTokenType.String)
        {
            _base64 = JsonTokens.Base64Of(JsonTokens.TextOf(_reader, _json));
            if (_base64 is not null)
            {
                return null;
            }
        }

        return $"'data_base64' is {JsonTokens.Given(ref _reader, _json)}; it is a string of base64, like \"aGk=\".";
    }

    private string? Create(out CloudEvent? created)
    {
        created = null;
        var hasValue = _hasData && (_data.TokenType != JsonTokenType.Null || _base64 is null);
        if (hasValue && _base64 is not null)
        {
            return "'data' and 'data_base64' exclude each other.";
        }

        var data = _base64;
        var broken = hasValue ? DataOf(out data) : null;
        return broken ?? CloudEvent.Create(_attributes, data, out created);
    }

    private string? DataOf(out ReadOnlyMemory<byte>? data)
    {
        data = null;
        var mediaType = _attributes.Find(static attribute => attribute.Name == "datacontenttype").Text;
        if (mediaType is null)
        {
            mediaType = ImpliedMediaType;
            _attributes.Add(new("datacontenttype", mediaType));
        }

        // What is no media type is told with the other attributes.
        if (!DataMediaType.IsValid(mediaType))
        {
            return null;
        }

        if (DataMediaType.IsJson(mediaType))
        {
            data = _json[(int)_data.TokenStartIndex.._dataEnd];
            return null;
        }

        return _data.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.String => EncodedText(mediaType, out data),
            _ => $"'datacontenttype' is {Quotation.Of(mediaType)}, so 'data' is a string; it is "
                + $"{Quotation.Of(_json.Span[(int)_data.TokenStartIndex.._dataEnd])}. JSON data has a media type like "
                + "application/json, or none.",
        };
    }

    private readonly string? EncodedText(string mediaType, out ReadOnlyMemory<byte>? data)
    {
        data = JsonTokens.TextOf(_data, _json);
        var encoding = DataMediaType.EncodingOf(mediaType, out var charset);
        if (encoding is UTF8Encoding)
        {
            return null;
        }

        try
        {
            if (encoding?.GetBytes(_data.GetString()!) is { } bytes)
            {
                data = bytes;
                return null;
            }
        }
        catch (EncoderFallbackException)
        {
            return $"'data' has characters that the charset {Quotation.Of(charset)} of its media type does not.";
        }

        return $"the charset {Quotation.Of(charset)} is not known here; send 'data' in UTF-8, or 'data_base64'.";
    }
}
