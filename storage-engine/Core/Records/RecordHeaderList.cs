using System.Collections;
using System.Text;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Records;

/// <summary>
/// The headers of one record, parsed when they are first looked at: many readers never do. Two threads that look at
/// once parse twice and find the same.
/// </summary>
internal sealed class RecordHeaderList(ReadOnlyMemory<byte> records, int start, int count) : IReadOnlyList<RecordHeader>
{
    private RecordHeader[]? _headers;

    public int Count => count;

    public RecordHeader this[int index] => Headers[index];

    private RecordHeader[] Headers => _headers ??= Parse();

    public IEnumerator<RecordHeader> GetEnumerator() => ((IEnumerable<RecordHeader>)Headers).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private RecordHeader[] Parse()
    {
        var bytes = records.Span;
        var headers = new RecordHeader[count];
        var position = start;
        for (var i = 0; i < headers.Length; i++)
        {
            // A frame is only made of a record that parses to its end.
            var read = RecordFrame.TryReadSlice(bytes, ref position, out var name);
            Invariant.Holds(read);
            read = RecordFrame.TryReadSlice(bytes, ref position, out var value);
            Invariant.Holds(read);
            var text = Encoding.UTF8.GetString(bytes.Slice(name.Start, name.Length));
            headers[i] = new RecordHeader(text, value.Of(records));
        }

        return headers;
    }
}
