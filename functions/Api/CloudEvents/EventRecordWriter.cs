using System.IO.Pipelines;
using Serverless.Functions.Api.Native.Read;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.CloudEvents;

/// <summary>Shows those records that are events, each as one line of JSON; the others are passed over.</summary>
/// <remarks>
/// A record that is no event is not wrapped into one: whoever dispatches by <c>type</c> and <c>source</c> would get
/// events that nobody sent. The records route shows it.
/// </remarks>
/// <param name="output">The answer.</param>
/// <param name="attributesMax">The most attributes that an event may have.</param>
internal sealed class EventRecordWriter(PipeWriter output, int attributesMax) : IRecordWriter
{
    private readonly JsonOutput _output = new(output);
    private CloudEvent? _taken;

    public ReadOnlySpan<byte> EventName => "cloudevent"u8;

    public bool Take(int partition, in RecordView record)
    {
        CloudEventRecord.Read(record.Headers, record.Value, attributesMax, out _taken);
        return _taken is not null;
    }

    public async ValueTask WriteTakenAsync(CancellationToken gone)
    {
        _output.Json.Reset();
        await CloudEventJsonWriter.WriteAsync(_output, _taken!, gone);
        _output.Json.Flush();
    }

    public void Dispose() => _output.Dispose();
}
