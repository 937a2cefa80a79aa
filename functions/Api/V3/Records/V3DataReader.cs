using System.Text.Json;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Confluent;

namespace Serverless.Functions.Api.V3.Records;

/// <summary>
/// Reads a key or value of v3: <c>{"type", "data"}</c>. <c>BINARY</c> is base64, <c>STRING</c> its text in UTF-8,
/// <c>JSON</c> the value's own bytes, white space included.
/// </summary>
internal ref struct V3DataReader
{
    private readonly ReadOnlyMemory<byte> _json;
    private string? _type;
    private Utf8JsonReader _data;
    private bool _hasData;
    private int _dataEnd;
    private bool _namesSchema;
    private MembersSeen _seen;

    private V3DataReader(ReadOnlyMemory<byte> json) => _json = json;

    /// <summary>Reads one.</summary>
    /// <param name="reader">At the name of the member; afterwards at the end of its value.</param>
    /// <param name="json">What the reader reads; the result borrows it.</param>
    /// <param name="result">The bytes and what the receipt says; both null where the value is null.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static ConfluentError? Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, out Result result)
    {
        result = default;
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return ConfluentError.BadRequest("A key or value is an object {\"type\",\"data\"}.");
        }

        var parser = new V3DataReader(json);
        return parser.ReadMembers(ref reader) ?? parser.Convert(out result);
    }

    private ConfluentError? ReadMembers(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("data"u8))
            {
                if (_seen.Again(0))
                {
                    return V3RecordReader.TwiceThere("data");
                }

                reader.Read();
                _data = reader;
                _hasData = reader.TokenType != JsonTokenType.Null;
                reader.Skip();
                _dataEnd = (int)reader.BytesConsumed;
            }
            else if (reader.ValueTextEquals("type"u8))
            {
                if (_seen.Again(1))
                {
                    return V3RecordReader.TwiceThere("type");
                }

                reader.Read();
                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
                {
                    return ConfluentError.BadRequest("The member type is a string.");
                }

                _type = reader.GetString();
            }
            else if (IsSchemaMember(reader))
            {
                reader.Read();
                _namesSchema |= reader.TokenType != JsonTokenType.Null;
                reader.Skip();
            }
            else
            {
                return V3RecordReader.UnknownMember(ref reader, "type, data");
            }
        }

        return null;
    }

    private static bool IsSchemaMember(in Utf8JsonReader reader) =>
        reader.ValueTextEquals("subject"u8) || reader.ValueTextEquals("subject_name_strategy"u8)
        || reader.ValueTextEquals("schema_id"u8) || reader.ValueTextEquals("schema_version"u8)
        || reader.ValueTextEquals("schema"u8);

    private readonly ConfluentError? Convert(out Result result)
    {
        result = default;
        if (_type is "AVRO" or "JSONSCHEMA" or "PROTOBUF" || _namesSchema)
        {
            return ConfluentError.InvalidPayload(
                "Formats with a schema need a schema registry, and this server has none.");
        }

        ReadOnlyMemory<byte>? bytes = null;
        switch (_type)
        {
            case "BINARY" when _hasData:
                bytes = _data.TokenType == JsonTokenType.String
                    ? JsonTokens.Base64Of(JsonTokens.TextOf(_data, _json))
                    : null;
                if (bytes is null)
                {
                    return ConfluentError.BadRequest("The data of a BINARY is not a valid base64 string.");
                }

                break;
            case "STRING" when _hasData:
                if (_data.TokenType != JsonTokenType.String)
                {
                    return ConfluentError.BadRequest("The data of a STRING is a JSON string.");
                }

                bytes = JsonTokens.TextOf(_data, _json);
                break;
            case "JSON" when _hasData:
                bytes = _json[(int)_data.TokenStartIndex.._dataEnd];
                break;
            case "BINARY" or "STRING" or "JSON":
                break;
            case null:
                return ConfluentError.InvalidPayload("The member type is missing: BINARY, STRING or JSON.");
            default:
                return ConfluentError.BadRequest("The member type is BINARY, STRING or JSON.");
        }

        result = new(bytes, new(_type, bytes?.Length ?? 0));
        return null;
    }

    /// <summary>A key or value.</summary>
    /// <param name="Bytes">What is stored.</param>
    /// <param name="Receipt">What the receipt says; null when the request has none.</param>
    internal readonly record struct Result(ReadOnlyMemory<byte>? Bytes, ReceiptData? Receipt);
}
