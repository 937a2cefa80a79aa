using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Serverless.Functions.Api.Native;

namespace Serverless.Functions.Api.Records;

/// <summary>
/// JSON on its way to a client, whose pace decides how much of it waits in memory: what is long is written piece by
/// piece, and the client takes one before the next is made. Not safe for concurrent use.
/// </summary>
/// <param name="output">The answer.</param>
/// <param name="options">How the JSON is written.</param>
internal sealed class JsonOutput(PipeWriter output, JsonWriterOptions options) : IDisposable
{
    // What is written before the client must have taken it: more only adds memory, less adds system calls.
    private const int UnflushedBytesMax = 64 * 1024;

    // Of control characters each takes six bytes; those of one piece stay below the large object heap.
    private const int PieceBytes = 12 * 1024;

    /// <summary>Opens the output with the options of the native API.</summary>
    /// <param name="output">The answer.</param>
    public JsonOutput(PipeWriter output)
        : this(output, JsonResult.WriterOptions)
    {
    }

    /// <summary>Writes all else; what it holds is not in the answer before it is flushed.</summary>
    public Utf8JsonWriter Json { get; } = new(output, options);

    /// <summary>Writes a value that is a string.</summary>
    /// <param name="utf8">Valid UTF-8.</param>
    /// <param name="gone">The client has gone.</param>
    public ValueTask WriteTextAsync(ReadOnlyMemory<byte> utf8, CancellationToken gone)
    {
        if (utf8.Length > PieceBytes)
        {
            return WritePiecesAsync(utf8, static (json, piece, last) => json.WriteStringValueSegment(piece, last), gone);
        }

        Json.WriteStringValue(utf8.Span);
        return default;
    }

    /// <summary>Writes a value that is a string of base64.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <param name="gone">The client has gone.</param>
    public ValueTask WriteBase64Async(ReadOnlyMemory<byte> bytes, CancellationToken gone)
    {
        if (bytes.Length > PieceBytes)
        {
            return WritePiecesAsync(bytes, static (json, piece, last) => json.WriteBase64StringSegment(piece, last), gone);
        }

        Json.WriteBase64StringValue(bytes.Span);
        return default;
    }

    /// <summary>Writes a value that is a document, byte for byte.</summary>
    /// <param name="document">A JSON document in UTF-8.</param>
    /// <param name="gone">The client has gone.</param>
    public ValueTask WriteDocumentAsync(ReadOnlyMemory<byte> document, CancellationToken gone)
    {
        if (document.Length > PieceBytes)
        {
            return WriteLongDocumentAsync(document, gone);
        }

        Json.WriteRawValue(document.Span, skipInputValidation: true);
        return default;
    }

    /// <summary>Writes a value that is a document, as <see cref="StoredJson.CopyOnOneLine"/> copies it.</summary>
    /// <param name="document">A JSON document in UTF-8.</param>
    /// <param name="gone">The client has gone.</param>
    public async ValueTask WriteOnOneLineAsync(ReadOnlyMemory<byte> document, CancellationToken gone)
    {
        if (document.Span.IndexOfAny((byte)'\n', (byte)'\r') < 0)
        {
            await WriteDocumentAsync(document, gone);
            return;
        }

        var line = ArrayPool<byte>.Shared.Rent(PieceBytes);
        for (var at = 0; at < document.Length; at += PieceBytes)
        {
            var piece = document[at..Math.Min(at + PieceBytes, document.Length)];
            WritePart(line.AsSpan(0, StoredJson.CopyOnOneLine(piece.Span, line)), isFirst: at == 0);
            await FlushLongAsync(gone);
        }

        ArrayPool<byte>.Shared.Return(line);
    }

    /// <summary>Lets the client take what was written when that is much.</summary>
    /// <param name="gone">The client has gone.</param>
    public ValueTask FlushLongAsync(CancellationToken gone) =>
        Json.BytesPending + output.UnflushedBytes < UnflushedBytesMax ? default : FlushAsync(gone);

    /// <summary>Lets the client take all that was written.</summary>
    /// <param name="gone">The client has gone.</param>
    public async ValueTask FlushAsync(CancellationToken gone)
    {
        Json.Flush();
        await output.FlushAsync(gone);
    }

    /// <summary>Writes what is pending to the answer.</summary>
    public void Dispose() => Json.Dispose();

    private async ValueTask WritePiecesAsync(
        ReadOnlyMemory<byte> bytes, Action<Utf8JsonWriter, ReadOnlySpan<byte>, bool> write, CancellationToken gone)
    {
        for (var at = 0; at < bytes.Length; at += PieceBytes)
        {
            var end = Math.Min(at + PieceBytes, bytes.Length);
            write(Json, bytes.Span[at..end], end == bytes.Length);
            await FlushLongAsync(gone);
        }
    }

    private async ValueTask WriteLongDocumentAsync(ReadOnlyMemory<byte> document, CancellationToken gone)
    {
        for (var at = 0; at < document.Length; at += PieceBytes)
        {
            WritePart(document.Span[at..Math.Min(at + PieceBytes, document.Length)], isFirst: at == 0);
            await FlushLongAsync(gone);
        }
    }

    // The first part tells the JSON writer that a value stands here; the others go past it.
    private void WritePart(ReadOnlySpan<byte> part, bool isFirst)
    {
        if (isFirst)
        {
            Json.WriteRawValue(part, skipInputValidation: true);
            Json.Flush();
        }
        else
        {
            output.Write(part);
        }
    }
}
