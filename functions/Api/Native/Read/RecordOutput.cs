using System.Buffers;
using System.IO.Pipelines;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>Writes fetched batches to an answer as records, and waits whenever the client is slower.</summary>
/// <param name="output">The answer.</param>
/// <param name="records">Shows each record on <paramref name="output"/>; disposed with this.</param>
/// <param name="frame">What stands around each record.</param>
/// <param name="compression">The codecs.</param>
internal sealed class RecordOutput(
    PipeWriter output, IRecordWriter records, RecordFraming frame, ICompression compression)
    : IDisposable
{
    // What is written before the client must have taken it: more only adds memory, less adds system calls.
    private const int UnflushedBytesMax = 64 * 1024;

    private bool _isFirst = true;
    private FetchedRecords? _opened;

    /// <summary>
    /// Looks into the first batch before anything is written, so that what goes wrong there is answered as an error.
    /// </summary>
    /// <param name="batches">What <see cref="WriteAsync"/> is called with next.</param>
    public void Open(IReadOnlyList<FetchedBatch> batches) =>
        _opened = batches.Count > 0 ? batches[0].Records(compression) : null;

    /// <summary>Writes the part of each batch that is to be given.</summary>
    /// <param name="batches">In the order of the answer.</param>
    /// <param name="cursor">Where a client stands; moved along. Used where the frame names positions.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    public async ValueTask WriteAsync(
        IReadOnlyList<FetchedBatch> batches, StreamCursor cursor, CancellationToken cancellationToken)
    {
        foreach (var part in batches)
        {
            var batch = _opened ?? part.Records(compression);
            _opened = null;
            while (batch.MoveNext())
            {
                cursor.Move(new PartitionPosition(part.Partition, batch.Current.Offset + 1));
                if (records.Take(part.Partition, batch.Current))
                {
                    await WriteTakenAsync(cursor, cancellationToken);
                }

                if (output.UnflushedBytes >= UnflushedBytesMax)
                {
                    await output.FlushAsync(cancellationToken);
                }
            }
        }
    }

    public void Dispose() => records.Dispose();

    private async ValueTask WriteTakenAsync(StreamCursor cursor, CancellationToken gone)
    {
        switch (frame)
        {
            case RecordFraming.EventStream:
                output.Write("id: "u8);
                cursor.WriteTo(output);
                output.Write("\nevent: "u8);
                output.Write(records.EventName);
                output.Write("\ndata: "u8);
                await records.WriteTakenAsync(gone);
                output.Write("\n\n"u8);
                break;
            case RecordFraming.Lines:
                await records.WriteTakenAsync(gone);
                output.Write("\n"u8);
                break;
            default:
                output.Write(_isFirst ? ""u8 : ","u8);
                await records.WriteTakenAsync(gone);
                break;
        }

        _isFirst = false;
    }
}
