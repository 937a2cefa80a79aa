using System.Globalization;
using System.Text.Json;
using Serverless.Benchmarks.Http;
using Serverless.StorageEngine.Compression;
using Serverless.StorageEngine.Records;

namespace Serverless.Benchmarks.Peers;

/// <summary>
/// A client that reads the node's records page by page, and takes each one's value out of its page, as the clients of
/// the peers do.
/// </summary>
/// <param name="node">Where the node listens.</param>
/// <param name="path">Of a page, up to its offset.</param>
/// <param name="accept">The media type of a page.</param>
/// <param name="takeOut">Takes the values out of a page.</param>
internal sealed class NodeReader(Uri node, string path, string accept, Action<Memory<byte>, Tally> takeOut)
{
    private const string Partition = $"/api/v1/topics/{Stored.Name}/partitions/0";

    private static readonly Codecs Compression = new();

    /// <summary>Reads pages of 1,000 lines.</summary>
    public static NodeReader OfLines(Uri node) => new(
        node,
        string.Create(CultureInfo.InvariantCulture, $"{Partition}/records?limit={Senders.BatchRecords}&offset="),
        "application/x-ndjson",
        TakeOutLines);

    /// <summary>Reads one batch of 1,000 records at a time: the first is given however large.</summary>
    public static NodeReader OfSingleBatches(Uri node) =>
        new(node, $"{Partition}/batches?max_bytes=1&offset=", "*/*", TakeOutBatches);

    /// <summary>Reads pages of the size that a client gets who asks for none.</summary>
    public static NodeReader OfBatches(Uri node) => new(node, $"{Partition}/batches?offset=", "*/*", TakeOutBatches);

    /// <summary>Reads until the tally has all, on a thread of its own.</summary>
    public Task ReadAsync(Tally tally) => Task.Factory.StartNew(
        () => Read(tally), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Read(Tally tally)
    {
        using var connection = new LoadConnection(node);
        using var page = new MemoryStream();
        for (var offset = 0L; !tally.IsDone;)
        {
            page.SetLength(0);
            var request = PreparedRequest.Get(
                string.Create(CultureInfo.InvariantCulture, $"{path}{offset}"), accept, records: 0);
            var answer = connection.Ask(request, page);
            if (answer.Status != 200 || answer.NextOffset is not { } next || next <= offset)
            {
                throw new InvalidOperationException($"The node answered {answer} to {path}{offset}.");
            }

            takeOut(page.GetBuffer().AsMemory(0, (int)page.Length), tally);
            offset = next;
        }
    }

    private static void TakeOutLines(Memory<byte> page, Tally tally)
    {
        for (var rest = (ReadOnlySpan<byte>)page.Span; rest.Length > 0;)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = rest[..end];
            var reader = new Utf8JsonReader(line);
            reader.Read();
            while (reader.Read() && !reader.ValueTextEquals("value"u8))
            {
                reader.Skip();
            }

            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            tally.Add(line[start..(int)reader.BytesConsumed]);
            rest = rest[(end + 1)..];
        }
    }

    private static void TakeOutBatches(Memory<byte> page, Tally tally)
    {
        while (page.Length > 0 && RecordBatchCheck.TryReadLength(page.Span, out var length))
        {
            var batch = RecordBatchCheck.Check(page[..length], int.MaxValue, out var problem)
                ?? throw new InvalidDataException(problem!.Detail);
            foreach (var record in RecordBatchReader.Enumerate(batch, Compression))
            {
                tally.Add(record.Value!.Value.Span);
            }

            page = page[length..];
        }
    }
}
