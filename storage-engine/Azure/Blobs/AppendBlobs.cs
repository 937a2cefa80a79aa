using System.Buffers;
using System.Globalization;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Azure.Blobs;

/// <summary>The segments that grow: append blobs, extended on the condition of their length.</summary>
/// <param name="writes">The container with the time-out for writes and without the SDK's retries.</param>
internal sealed class AppendBlobs(BlobContainerClient writes)
{
    /// <summary>Creates an empty append blob unless there is a blob of this name.</summary>
    public async ValueTask<bool> CreateAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var unlessItExists = new AppendBlobRequestConditions { IfNoneMatch = ETag.All };
            await writes.GetAppendBlobClient(segment.Value)
                .CreateAsync(new AppendBlobCreateOptions { Conditions = unlessItExists }, cancellationToken);
            return true;
        }
        catch (Exception fault) when (AzureFaults.IsFault(fault, cancellationToken))
        {
            return AzureFaults.Judge(AzureOperation.CreateSegment, fault) switch
            {
                AzureVerdict.AlreadyExists => false,
                var verdict => throw AzureFaults.ToException(
                    verdict, AzureOperation.CreateSegment, segment.Value, fault),
            };
        }
    }

    /// <summary>Appends a block at <paramref name="position"/>, or finds out why not.</summary>
    public async ValueTask<SegmentAppend> AppendAsync(
        SegmentName segment, long position, ReadOnlySequence<byte> block, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            using var content = new SequenceStream(block);
            var atPosition = new AppendBlobRequestConditions { IfAppendPositionEqual = position };
            await writes.GetAppendBlobClient(segment.Value)
                .AppendBlockAsync(
                    content, new AppendBlobAppendBlockOptions { Conditions = atPosition }, cancellationToken);
            return SegmentAppend.Appended;
        }
        catch (Exception fault) when (AzureFaults.IsFault(fault, cancellationToken))
        {
            return AzureFaults.Judge(AzureOperation.AppendBlock, fault) switch
            {
                AzureVerdict.PositionTaken => SegmentAppend.PositionTaken,
                AzureVerdict.Full => SegmentAppend.Full,
                AzureVerdict.Missing => SegmentAppend.Gone,
                var verdict => throw AzureFaults.ToException(
                    verdict, AzureOperation.AppendBlock, At(segment, position), fault),
            };
        }
    }

    /// <summary>A segment and a position, as messages name them.</summary>
    public static string At(SegmentName segment, long position) =>
        string.Create(CultureInfo.InvariantCulture, $"{segment}@{position}");
}
