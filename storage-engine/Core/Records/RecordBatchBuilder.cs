namespace Serverless.StorageEngine.Records;

/// <summary>Builds one record batch, record by record.</summary>
public sealed class RecordBatchBuilder
{
    /// <summary>The number of records added so far.</summary>
    public int RecordCount => throw new InvalidOperationException("pending");

    /// <summary>The size in bytes that the batch would have now.</summary>
    public int Length => throw new InvalidOperationException("pending");

    /// <summary>Adds a record.</summary>
    /// <param name="timestamp">Milliseconds since 1970, not negative.</param>
    /// <param name="key">The key's bytes, or null; copied.</param>
    /// <param name="value">The value's bytes, or null; copied.</param>
    /// <param name="headers">The headers; copied.</param>
    public void Append(
        long timestamp, ReadOnlyMemory<byte>? key, ReadOnlyMemory<byte>? value, IReadOnlyList<RecordHeader> headers) =>
        throw new InvalidOperationException("pending");

    /// <summary>Completes the batch and starts the next one; at least one record must have been added.</summary>
    public RecordBatch Build() => throw new InvalidOperationException("pending");
}
