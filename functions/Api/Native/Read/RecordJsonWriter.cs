using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Unicode;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Queues;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>Writes records as JSON objects, each on one line.</summary>
/// <remarks>
/// Members: <c>partition</c>, <c>offset</c>, <c>timestamp</c> (milliseconds since 1970), <c>key</c> or
/// <c>key_base64</c>, <c>value</c> or <c>value_base64</c>, and <c>headers</c> where there are any. These are the
/// members that a produce takes.
/// </remarks>
internal sealed class RecordJsonWriter(PipeWriter output, ValueForm form) : IRecordWriter
{
    // Deeper documents are given as text: beside the levels around the value, a reader's usual limit is 64.
    private const int DepthMax = 56;

    private static readonly JsonEncodedText KeyName = JsonEncodedText.Encode("key");
    private static readonly JsonEncodedText KeyBase64Name = JsonEncodedText.Encode("key_base64");
    private static readonly JsonEncodedText ValueName = JsonEncodedText.Encode("value");
    private static readonly JsonEncodedText ValueBase64Name = JsonEncodedText.Encode("value_base64");

    private readonly JsonOutput _output = new(output);
    private int _partition;
    private RecordView _record;

    public ReadOnlySpan<byte> EventName => "record"u8;

    public bool Take(int partition, in RecordView record)
    {
        (_partition, _record) = (partition, record);
        return true;
    }

    public async ValueTask WriteTakenAsync(CancellationToken gone)
    {
        var json = _output.Json;
        json.Reset();
        json.WriteStartObject();
        await WriteMembersAsync(_partition, _record.ToRecord(), gone);
        json.WriteEndObject();
        json.Flush();
    }

    /// <summary>Writes a record that a receiver of a queue holds, with what it holds it by in front.</summary>
    /// <param name="received">The record.</param>
    /// <param name="gone">The client has gone.</param>
    public async ValueTask WriteAsync(ReceivedRecord received, CancellationToken gone)
    {
        var json = _output.Json;
        json.Reset();
        json.WriteStartObject();
        json.WriteString("lock_token"u8, received.LockToken);
        json.WriteNumber("delivery_count"u8, received.DeliveryCount);
        await WriteMembersAsync(received.Partition, received.Record, gone);
        json.WriteEndObject();
        json.Flush();
    }

    /// <summary>Lets the client take what was written when that is much.</summary>
    /// <param name="gone">The client has gone.</param>
    public ValueTask FlushLongAsync(CancellationToken gone) => _output.FlushLongAsync(gone);

    public void Dispose() => _output.Dispose();

    private async ValueTask WriteMembersAsync(int partition, Record record, CancellationToken gone)
    {
        var json = _output.Json;
        json.WriteNumber("partition"u8, partition);
        json.WriteNumber("offset"u8, record.Offset);
        json.WriteNumber("timestamp"u8, record.Timestamp);
        await WriteBytesAsync(KeyName, KeyBase64Name, record.Key, gone);
        await WriteBytesAsync(ValueName, ValueBase64Name, record.Value, gone);
        if (record.Headers.Count > 0)
        {
            await HeadersJson.WriteAsync(_output, record.Headers, gone);
        }
    }

    private ValueTask WriteBytesAsync(
        JsonEncodedText name, JsonEncodedText base64Name, ReadOnlyMemory<byte>? bytes, CancellationToken gone)
    {
        var json = _output.Json;
        if (bytes is not { } some)
        {
            json.WriteNull(name);
            return default;
        }

        var span = some.Span;
        if (form == ValueForm.Base64 || !Utf8.IsValid(span))
        {
            json.WritePropertyName(base64Name);
            return _output.WriteBase64Async(some, gone);
        }

        if (form == ValueForm.Auto && MayStandAsItIs(span) && StoredJson.IsDocument(span, DepthMax))
        {
            json.WritePropertyName(name);
            return _output.WriteDocumentAsync(some, gone);
        }

        var isDocument = form == ValueForm.Json && StoredJson.IsDocument(span, DepthMax);
        json.WritePropertyName(form == ValueForm.Json && !isDocument ? base64Name : name);
        return isDocument ? _output.WriteOnOneLineAsync(some, gone)
            : form == ValueForm.Json ? _output.WriteBase64Async(some, gone)
            : _output.WriteTextAsync(some, gone);
    }

    /// <summary>
    /// Whether these bytes, if they are JSON, can stand in a line and be stored again as the same bytes. A string
    /// cannot: a produce would take the quotes away. Nor can null, which means that there is no value.
    /// </summary>
    private static bool MayStandAsItIs(ReadOnlySpan<byte> bytes) =>
        bytes is [(byte)'{' or (byte)'[' or (byte)'-' or (>= (byte)'0' and <= (byte)'9') or (byte)'t' or (byte)'f', ..]
        && bytes[^1] is not ((byte)' ' or (byte)'\t')
        && bytes.IndexOfAny((byte)'\n', (byte)'\r') < 0;
}
