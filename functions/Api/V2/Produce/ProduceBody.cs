using System.Text.Json;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.V2.Produce;

/// <summary>Reads the body of a produce request, record by record as it arrives.</summary>
/// <param name="json">The body.</param>
/// <param name="format">The embedded format.</param>
/// <param name="partition">The partition that the path names; then a record may not name one.</param>
/// <param name="headersMax">
/// The most headers of a record, where records may have headers and timestamps; null where they may not, as in
/// Confluent's API.
/// </param>
internal sealed class ProduceBody(JsonBody json, EmbeddedFormat format, int? partition, int? headersMax)
{
    private static readonly RecordHeader[] NoHeaders = [];

    /// <summary>Whether the body names a schema.</summary>
    public bool NamesSchema { get; private set; }

    /// <summary>Reads the whole body.</summary>
    /// <param name="take">Takes each record while its buffers are valid; what it says ends the reading.</param>
    /// <param name="cancellationToken">Abandons the wait for more of the body.</param>
    /// <returns>What <paramref name="take"/> said, or null.</returns>
    /// <exception cref="RequestRefusedException">The body does not fit.</exception>
    public async ValueTask<Problem?> ReadAsync(Func<ProduceRecord, Problem?> take, CancellationToken cancellationToken)
    {
        await json.ReadTokenAsync(cancellationToken);
        if (json.TokenType is not JsonTokenType.StartObject)
        {
            return json.TokenType is JsonTokenType.None or JsonTokenType.Null
                ? null
                : throw json.Refuse("the request must be a JSON object.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        while (await json.ReadTokenAsync(cancellationToken) is { } token
            && json.TokenType is JsonTokenType.PropertyName)
        {
            var name = NameOf(token);
            if (!names.Add(name))
            {
                throw json.Refuse(MembersSeen.Twice(name));
            }

            switch (name)
            {
                case "records":
                    if (await ReadRecordsAsync(take, cancellationToken) is { } problem)
                    {
                        return problem;
                    }

                    break;

                // For the formats with schemas; the others have always passed over them.
                case "key_schema" or "key_schema_id" or "value_schema" or "value_schema_id":
                    var schema = await json.ReadValueAsync(cancellationToken);
                    NamesSchema |= schema is { Span: not [(byte)'n', ..] };
                    break;
                default:
                    throw json.Refuse($"the member \"{name}\" is unknown.");
            }
        }

        // Reads on to the end, so that bytes behind the object are noticed.
        await json.ReadTokenAsync(cancellationToken);
        return null;
    }

    private async ValueTask<Problem?> ReadRecordsAsync(
        Func<ProduceRecord, Problem?> take, CancellationToken cancellationToken)
    {
        await json.ReadTokenAsync(cancellationToken);
        if (json.TokenType is JsonTokenType.Null)
        {
            return null;
        }

        if (json.TokenType is not JsonTokenType.StartArray)
        {
            throw json.Refuse("\"records\" must be an array.");
        }

        while (await json.ReadValueAsync(cancellationToken) is { } record)
        {
            if (take(Read(record)) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private ProduceRecord Read(ReadOnlyMemory<byte> record)
    {
        try
        {
            return ReadMembers(record);
        }
        catch (InvalidOperationException)
        {
            // What the reader throws for half a surrogate pair, also where it only compares or decodes.
            throw json.Refuse("an escape of a string stands for no character.");
        }
    }

    private ProduceRecord ReadMembers(ReadOnlyMemory<byte> record)
    {
        var reader = new Utf8JsonReader(record.Span);
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            throw json.Refuse("a record must be a JSON object.");
        }

        ReadOnlyMemory<byte>? key = null;
        ReadOnlyMemory<byte>? value = null;
        IReadOnlyList<RecordHeader> headers = NoHeaders;
        long? timestamp = null;
        var place = partition;
        var seen = default(MembersSeen);
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("key"u8))
            {
                RefuseAgain(ref seen, 0, "key");
                reader.Read();
                key = format.Read(ref reader, record);
            }
            else if (reader.ValueTextEquals("value"u8))
            {
                RefuseAgain(ref seen, 1, "value");
                reader.Read();
                value = format.Read(ref reader, record);
            }
            else if (partition is null && reader.ValueTextEquals("partition"u8))
            {
                RefuseAgain(ref seen, 2, "partition");
                reader.Read();
                place = PartitionAt(ref reader);
            }
            else if (headersMax is { } most && reader.ValueTextEquals("headers"u8))
            {
                RefuseAgain(ref seen, 3, "headers");
                reader.Read();
                headers = HeadersAt(ref reader, record, most);
            }
            else if (headersMax is not null && reader.ValueTextEquals("timestamp"u8))
            {
                RefuseAgain(ref seen, 4, "timestamp");
                reader.Read();
                timestamp = TimestampAt(ref reader, record);
            }
            else
            {
                throw json.Refuse($"the member {UnknownAt(ref reader)} of a record is unknown here.");
            }
        }

        return new ProduceRecord(place, key, value, headers, timestamp);
    }

    private void RefuseAgain(ref MembersSeen seen, int member, string name)
    {
        if (seen.Again(member))
        {
            throw json.Refuse(MembersSeen.Twice(name));
        }
    }

    private List<RecordHeader> HeadersAt(ref Utf8JsonReader reader, ReadOnlyMemory<byte> record, int most)
    {
        var headers = new List<RecordHeader>();
        return HeadersJson.Read(ref reader, record, most, headers) is { } broken ? throw json.Refuse(broken) : headers;
    }

    private long? TimestampAt(ref Utf8JsonReader reader, ReadOnlyMemory<byte> record) =>
        TimestampJson.Read(ref reader, record, out var timestamp) is { } broken ? throw json.Refuse(broken) : timestamp;

    private string UnknownAt(ref Utf8JsonReader reader) =>
        $"\"{reader.GetString()}\"" + (headersMax is null ? " (headers and timestamp are known with ?ext=1)" : "");

    private int? PartitionAt(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.Number when reader.TryGetInt32(out var index) => index,

        // Confluent's API takes numbers in quotes everywhere.
        JsonTokenType.String when QueryText.TryNumber(reader.GetString(), out var index) && index <= int.MaxValue =>
            (int)index,
        _ => throw json.Refuse("\"partition\" must be a whole number."),
    };

    // The token is the name in its quotes, and whatever stands between it and the value.
    private static string NameOf(ReadOnlyMemory<byte> token)
    {
        var reader = new Utf8JsonReader(token.Span[..(token.Span.LastIndexOf((byte)'"') + 1)]);
        reader.Read();
        return JsonText.Of(ref reader);
    }
}
