using System.Text.Json;
using System.Text.Unicode;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Records;
using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Native.Produce;

/// <summary>Makes records of the lines of a body.</summary>
/// <param name="body">The body; the caller disposes it.</param>
/// <param name="key">
/// Where a line's key is; null when each line is an envelope as <see cref="RecordJson"/> reads it.
/// </param>
/// <param name="partition">The partition that the path names, or null.</param>
/// <param name="settings">The limits of this node.</param>
internal sealed class LineRecords(BodyBuffer body, LineKey? key, int? partition, ApiSettings settings)
{
    private static readonly RecordHeader[] NoHeaders = [];

    private readonly LineReader _lines = new(body);

    /// <summary>The 1-based number of the line that was read last.</summary>
    public long LineNumber => _lines.LineNumber;

    /// <summary>How many of the lines read so far have no key where one was to be; null where none was.</summary>
    public long? WithoutKey { get; private set; } = key is null || ReferenceEquals(key, LineKey.None) ? null : 0;

    /// <summary>Whether every line was read.</summary>
    public bool IsComplete => body.IsComplete && body.Unread.IsEmpty;

    /// <summary>Waits for more of the body.</summary>
    /// <param name="cancellationToken">Abandons the wait.</param>
    public ValueTask FillAsync(CancellationToken cancellationToken) => body.FillAsync(cancellationToken);

    /// <summary>Says at which line a problem is.</summary>
    public Problem AtLine(Problem problem) => problem with { Detail = $"Line {LineNumber}: {problem.Detail}" };

    /// <summary>Takes the next line that has arrived and is not blank.</summary>
    /// <param name="record">The record, when there is no problem; valid until the next fill.</param>
    /// <param name="broken">What is wrong with the line, or null.</param>
    /// <returns>False when no complete line is there.</returns>
    public bool TryRead(out ProduceRecord record, out Problem? broken)
    {
        (record, broken) = (default, null);
        ReadOnlyMemory<byte> line;
        do
        {
            if (!_lines.TryRead(out line))
            {
                return false;
            }
        }
        while (line.Span.IndexOfAnyExcept((byte)' ', (byte)'\t', (byte)'\r') < 0);

        broken = Read(line, out record) is { } sentence ? Problem.InvalidRequest(sentence) : null;
        return true;
    }

    private string? Read(ReadOnlyMemory<byte> line, out ProduceRecord record)
    {
        record = default;
        if (!Utf8.IsValid(line.Span))
        {
            return "these bytes are not valid UTF-8.";
        }

        return key is null ? ReadEnvelope(line, out record) : ReadValue(line, key, out record);
    }

    private string? ReadValue(ReadOnlyMemory<byte> line, LineKey keyPlace, out ProduceRecord record)
    {
        record = default;
        try
        {
            var found = keyPlace.Find(line);
            WithoutKey += found is null ? 1 : 0;
            record = new(partition, found, line, NoHeaders, null);
            return null;
        }
        catch (JsonException exception)
        {
            return $"at byte {exception.BytePositionInLine}, this is not well-formed JSON: "
                + JsonDetail.Of(exception, line.Span);
        }
        catch (InvalidOperationException)
        {
            return "an escape in the key stands for no character.";
        }
    }

    private string? ReadEnvelope(ReadOnlyMemory<byte> line, out ProduceRecord record)
    {
        var broken = RecordJson.Read(line, settings.RecordHeadersMax, out record);
        if (broken is null && partition is not null)
        {
            broken = PathPartition.Check(record, partition.Value);
            record = record with { Partition = partition };
        }

        return broken;
    }
}
