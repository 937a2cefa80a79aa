using Serverless.StorageEngine.Records;

namespace Serverless.Functions.Api.Native.Read;

/// <summary>How an answer shows records: each as one line of JSON, or not at all.</summary>
/// <remarks>Two steps, because what stands in front of a record is written only where the record is shown.</remarks>
internal interface IRecordWriter : IDisposable
{
    /// <summary>What the server-sent events of the records are called.</summary>
    ReadOnlySpan<byte> EventName { get; }

    /// <summary>Looks at a record.</summary>
    /// <param name="partition">Its partition.</param>
    /// <param name="record">The record; borrowed until <see cref="WriteTakenAsync"/> or the next call.</param>
    /// <returns>Whether it is shown.</returns>
    bool Take(int partition, in RecordView record);

    /// <summary>Writes the record that was taken last, without a line feed, as fast as the client takes it.</summary>
    /// <param name="gone">The client has gone.</param>
    ValueTask WriteTakenAsync(CancellationToken gone);
}
