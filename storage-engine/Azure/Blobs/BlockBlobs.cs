using System.Buffers;
using System.Globalization;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Azure.Blobs;

/// <summary>
/// The segments that are written as a whole: block blobs, whose blocks are uploaded first and committed in one step.
/// </summary>
/// <param name="writes">The container with the time-out for writes and without the SDK's retries.</param>
/// <param name="reads">The same container with the time-out for reads, also without the SDK's retries.</param>
/// <param name="retries">Repeats reads.</param>
internal sealed class BlockBlobs(BlobContainerClient writes, BlobContainerClient reads, BoundedReads retries)
{
    /// <summary>Uploads a block that nobody sees before the commit.</summary>
    public async ValueTask StageAsync(
        SegmentName segment, int number, ReadOnlySequence<byte> part, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            using var content = new SequenceStream(part);
            await writes.GetBlockBlobClient(segment.Value)
                .StageBlockAsync(BlockId(number), content, cancellationToken: cancellationToken);
        }
        catch (Exception fault) when (AzureFaults.IsFault(fault, cancellationToken))
        {
            throw AzureFaults.ToException(
                AzureFaults.Judge(AzureOperation.StageBlock, fault),
                AzureOperation.StageBlock,
                AppendBlobs.At(segment, number),
                fault);
        }
    }

    /// <summary>Makes uploaded blocks a blob, unless there is one of this name.</summary>
    public async ValueTask<bool> CommitAsync(
        SegmentName segment, int partCount, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await CommitUnlessItExistsAsync(segment, Enumerable.Range(0, partCount).Select(BlockId), cancellationToken);
            return true;
        }
        catch (Exception fault) when (AzureFaults.IsFault(fault, cancellationToken))
        {
            return AzureFaults.Judge(AzureOperation.CommitBlocks, fault) switch
            {
                AzureVerdict.AlreadyExists => false,
                AzureVerdict.PartsMissing => throw new StagedPartsMissingException(segment, partCount, fault),
                var verdict => throw AzureFaults.ToException(
                    verdict, AzureOperation.CommitBlocks, segment.Value, fault),
            };
        }
    }

    /// <summary>Makes the service forget blocks that were uploaded for a blob that does not exist.</summary>
    /// <remarks>
    /// A deletion does not: the service keeps them for a week, and whoever thinks that it is still their writer could
    /// commit them. A commit of none of them drops all, and leaves an empty blob for the deletion that follows.
    /// </remarks>
    public async ValueTask DiscardStagedAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        if (!await HasStagedAsync(segment, cancellationToken))
        {
            return;
        }

        try
        {
            await CommitUnlessItExistsAsync(segment, [], cancellationToken);
        }
        catch (Exception fault) when (AzureFaults.IsFault(fault, cancellationToken))
        {
            var verdict = AzureFaults.Judge(AzureOperation.CommitBlocks, fault);
            if (verdict != AzureVerdict.AlreadyExists)
            {
                throw AzureFaults.ToException(verdict, AzureOperation.CommitBlocks, segment.Value, fault);
            }
        }
    }

    private async Task<bool> HasStagedAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        try
        {
            return await retries.RunAsync(token => HasStagedOnceAsync(segment, token), cancellationToken);
        }
        catch (Exception fault) when (AzureFaults.IsFault(fault, cancellationToken))
        {
            var verdict = AzureFaults.Judge(AzureOperation.ListBlocks, fault);
            throw AzureFaults.ToException(verdict, AzureOperation.ListBlocks, segment.Value, fault);
        }
    }

    private async Task<bool> HasStagedOnceAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        try
        {
            var blocks = await reads.GetBlockBlobClient(segment.Value)
                .GetBlockListAsync(BlockListTypes.Uncommitted, cancellationToken: cancellationToken);
            return blocks.Value.UncommittedBlocks.Any();
        }
        catch (RequestFailedException answer) when (answer.ErrorCode is "BlobNotFound" or "InvalidBlobType")
        {
            // There is no blob of this name, or it is one that grows.
            return false;
        }
    }

    private async Task CommitUnlessItExistsAsync(
        SegmentName segment, IEnumerable<string> blockIds, CancellationToken cancellationToken)
    {
        var unlessItExists = new CommitBlockListOptions { Conditions = new() { IfNoneMatch = ETag.All } };
        await writes.GetBlockBlobClient(segment.Value)
            .CommitBlockListAsync(blockIds, unlessItExists, cancellationToken);
    }

    // The service wants ids of one length in base 64.
    private static string BlockId(int number) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(number.ToString("d6", CultureInfo.InvariantCulture)));
}
