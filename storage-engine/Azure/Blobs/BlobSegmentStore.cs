using System.Buffers;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Azure.Blobs;

/// <summary>
/// Segments as blobs of one container: append blobs those that grow, block blobs those that are written as a whole.
/// Whoever reads, lists or deletes them sees no difference.
/// </summary>
/// <param name="writes">The container with the time-out for writes and without the SDK's retries.</param>
/// <param name="reads">The same container with the time-out for reads, also without the SDK's retries.</param>
/// <param name="retries">Repeats reads.</param>
/// <remarks>
/// The HTTP stack repeats a request without a body when a reused connection closes before the answer, retries or not.
/// Of the writes here that can happen to a creation, which then finds its own blob and says "existed already", and to a
/// deletion, which then finds nothing: both are answers that their callers must expect anyway. Transfer checksums stay
/// off: the SDK sends them in a framing that Azurite stores as data, and every block carries its own checksum.
/// </remarks>
internal sealed class BlobSegmentStore(
    BlobContainerClient writes, BlobContainerClient reads, BoundedReads retries) : ISegmentStore
{
    // The service's own default and limit is 5,000; smaller pages keep one answer well below 1 MiB.
    private const int ListPageMax = 1_000;

    private readonly AppendBlobs _appends = new(writes);
    private readonly BlockBlobs _wholes = new(writes, reads, retries);

    /// <inheritdoc/>
    public ValueTask<bool> CreateAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckName(segment);
        return _appends.CreateAsync(segment, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<SegmentAppend> AppendAsync(
        SegmentName segment, long position, ReadOnlySequence<byte> block, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckAppend(segment, position, block);
        return _appends.AppendAsync(segment, position, block, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask StageAsync(
        SegmentName segment, int number, ReadOnlySequence<byte> part, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckStage(segment, number, part);
        return _wholes.StageAsync(segment, number, part, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> CommitAsync(SegmentName segment, int partCount, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckCommit(segment, partCount);
        return _wholes.CommitAsync(segment, partCount, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<SegmentRead> ReadAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckRead(segment, position, destination);
        try
        {
            var count = await retries.RunAsync(
                token => ReadOnceAsync(segment, position, destination, token), cancellationToken);
            return new SegmentRead(Exists: true, count);
        }
        catch (Exception fault) when (AzureFaults.IsFault(fault, cancellationToken))
        {
            return AzureFaults.Judge(AzureOperation.ReadSegment, fault) switch
            {
                AzureVerdict.AtEnd => new SegmentRead(Exists: true, Count: 0),
                AzureVerdict.Missing => SegmentRead.Gone,
                var verdict => throw AzureFaults.ToException(
                    verdict, AzureOperation.ReadSegment, AppendBlobs.At(segment, position), fault),
            };
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long?> GetLengthAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckName(segment);
        try
        {
            var blob = reads.GetBlobBaseClient(segment.Value);
            var properties = await retries.RunAsync(
                token => blob.GetPropertiesAsync(cancellationToken: token), cancellationToken);
            return properties.Value.ContentLength;
        }
        catch (Exception fault) when (AzureFaults.IsFault(fault, cancellationToken))
        {
            return AzureFaults.Judge(AzureOperation.ReadLength, fault) switch
            {
                AzureVerdict.Missing => null,
                var verdict => throw AzureFaults.ToException(verdict, AzureOperation.ReadLength, segment.Value, fault),
            };
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<SegmentName> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        string? continuation = null;
        do
        {
            var page = await ListPageAsync(prefix, continuation, cancellationToken);
            foreach (var blob in page.Values)
            {
                yield return new SegmentName(blob.Name);
            }

            continuation = page.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(continuation));
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(SegmentName segment, CancellationToken cancellationToken)
    {
        SegmentArguments.CheckName(segment);
        cancellationToken.ThrowIfCancellationRequested();
        await _wholes.DiscardStagedAsync(segment, cancellationToken);
        try
        {
            await writes.GetBlobBaseClient(segment.Value).DeleteAsync(cancellationToken: cancellationToken);
        }
        catch (Exception fault) when (AzureFaults.IsFault(fault, cancellationToken))
        {
            var verdict = AzureFaults.Judge(AzureOperation.DeleteSegment, fault);
            if (verdict != AzureVerdict.Missing)
            {
                throw AzureFaults.ToException(verdict, AzureOperation.DeleteSegment, segment.Value, fault);
            }
        }
    }

    private async Task<int> ReadOnceAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken)
    {
        var range = new BlobDownloadOptions { Range = new HttpRange(position, destination.Length) };
        var answer = await reads.GetBlobBaseClient(segment.Value).DownloadStreamingAsync(range, cancellationToken);
        using var found = answer.Value;
        if (answer.GetRawResponse().Status != 206)
        {
            throw new InvalidDataException($"a range was asked for and {answer.GetRawResponse().Status} answered");
        }

        var expected = (int)Math.Min(found.Details.ContentLength, destination.Length);
        var count = await found.Content.ReadAtLeastAsync(
            destination[..expected], expected, throwOnEndOfStream: false, cancellationToken);
        return count == expected ? count : throw new EndOfStreamException($"{count} of {expected} bytes arrived");
    }

    private async Task<Page<BlobItem>> ListPageAsync(
        string prefix, string? continuation, CancellationToken cancellationToken)
    {
        try
        {
            return await retries.RunAsync(
                async token =>
                {
                    var pages = reads.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, token)
                        .AsPages(continuation, ListPageMax);
                    await using var page = pages.GetAsyncEnumerator(token);
                    await page.MoveNextAsync();
                    return page.Current;
                },
                cancellationToken);
        }
        catch (Exception fault) when (AzureFaults.IsFault(fault, cancellationToken))
        {
            var verdict = AzureFaults.Judge(AzureOperation.ListSegments, fault);
            throw AzureFaults.ToException(verdict, AzureOperation.ListSegments, prefix, fault);
        }
    }
}
