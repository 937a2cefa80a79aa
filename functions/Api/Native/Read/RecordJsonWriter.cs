using System.Buffers;
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
internal sealed class RecordJsonWriter(IBufferWriter<byte> output, ValueForm form) : IRecordWriter
{
    // Deeper documents are given as text: beside the levels around the value, a reader's usual limit is 64.
    private const int DepthMax = 56;

    private readonly Utf8JsonWriter _json = new(output, JsonResult.WriterOptions);
    private int _partition;
    private RecordView _record;

    public ReadOnlySpan<byte> EventName => "record"u8;

    public bool Take(int partition, in RecordView record)
    {
        (_partition, _record) = (partition, record);
        return true;
    }

    public void WriteTaken()
    {
        _json.Reset();
        _json.WriteStartObject();
        WriteMembers(_partition, _record.ToRecord());
        _json.WriteEndObject();
        _json.Flush();
    }

    /// <summary>Writes a record that a receiver of a queue holds, with what it holds it by in front.</summary>
    /// <param name="received">The record.</param>
    public void Write(ReceivedRecord received)
    {
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("lock_token"u8, received.LockToken);
        _json.WriteNumber("delivery_count"u8, received.DeliveryCount);
        WriteMembers(received.Partition, received.Record);
        _json.WriteEndObject();
        _json.Flush();
    }

    public void Dispose() => _json.Dispose();

    private void WriteMembers(int partition, in Record record)
    {
        _json.WriteNumber("partition"u8, partition);
        _json.WriteNumber("offset"u8, record.Offset);
        _json.WriteNumber("timestamp"u8, record.Timestamp);
        WriteBytes("key"u8, "key_base64"u8, record.Key);
        WriteBytes("value"u8, "value_base64"u8, record.Value);
        if (record.Headers.Count > 0)
        {
            HeadersJson.Write(_json, record.Headers);
        }
    }

    private void WriteBytes(ReadOnlySpan<byte> name, ReadOnlySpan<byte> base64Name, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } some)
        {
            _json.WriteNull(name);
            return;
        }

        var span = some.Span;
        if (form == ValueForm.Base64 || !Utf8.IsValid(span))
        {
            _json.WriteBase64String(base64Name, span);
        }
        else if (form == ValueForm.Auto && MayStandAsItIs(span) && StoredJson.IsDocument(span, DepthMax))
        {
            _json.WritePropertyName(name);
            _json.WriteRawValue(span, skipInputValidation: true);
        }
        else if (form == ValueForm.Json && StoredJson.IsDocument(span, DepthMax))
        {
            _json.WritePropertyName(name);
            StoredJson.WriteOnOneLine(_json, some);
        }
        else if (form == ValueForm.Json)
        {
            _json.WriteBase64String(base64Name, span);
        }
        else
        {
            _json.WriteString(name, span);
        }
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
