namespace Serverless.StorageEngine.Records;

/// <summary>Where a key or a value lies in the records of a batch.</summary>
/// <param name="Start">Bytes from the start of the records.</param>
/// <param name="Length">Its size in bytes, or <see cref="RecordContent.NullLength"/> when it is null.</param>
internal readonly record struct RecordSlice(int Start, int Length)
{
    public bool IsNull => Length == RecordContent.NullLength;

    // Not "? null :", which would turn the null into an empty slice by way of an array that is null.
    public ReadOnlyMemory<byte>? Of(ReadOnlyMemory<byte> records) =>
        IsNull ? default(ReadOnlyMemory<byte>?) : records.Slice(Start, Length);
}
