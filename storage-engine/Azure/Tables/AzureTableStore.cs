using Azure;
using Azure.Data.Tables;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Azure.Tables;

/// <summary>Rows as entities of one table; a row's version is the entity's ETag.</summary>
/// <param name="writes">The table with the time-out for writes and without the SDK's retries.</param>
/// <param name="reads">The same table with the time-out for reads, also without the SDK's retries.</param>
/// <param name="retries">Repeats reads.</param>
/// <remarks>
/// One change is one call, several are one entity group transaction. A deletion always goes as a transaction: alone it
/// would be a request without a body, which the HTTP stack repeats when a reused connection closes before the answer;
/// the repetition would find no row and turn a success into a conflict. Limits are checked before sending, because
/// Azurite accepts transactions that the service refuses.
/// </remarks>
internal sealed class AzureTableStore(TableClient writes, TableClient reads, BoundedReads retries) : ITableStore
{
    // The service may answer a query with an empty page and a continuation when it crosses a partition server or its
    // own 5 s limit. More than a few in a row inside one partition would be a fault of the service.
    private const int EmptyPagesMax = 100;

    /// <inheritdoc/>
    public async ValueTask<TableRow?> GetAsync(string partition, string rowKey, CancellationToken cancellationToken)
    {
        TableArguments.CheckKey(partition);
        TableArguments.CheckKey(rowKey);
        try
        {
            var entity = await retries.RunAsync(
                token => reads.GetEntityAsync<TableEntity>(partition, rowKey, cancellationToken: token),
                cancellationToken);
            return RowEntity.ToRow(entity.Value);
        }
        catch (Exception fault) when (AzureFaults.IsFault(fault, cancellationToken))
        {
            return AzureFaults.Judge(AzureOperation.ReadRows, fault) switch
            {
                AzureVerdict.Missing => null,
                var verdict => throw AzureFaults.ToException(
                    verdict, AzureOperation.ReadRows, $"{partition}/{rowKey}", fault),
            };
        }
    }

    /// <inheritdoc/>
    public async ValueTask<TablePage> QueryAsync(
        string partition, RowRange range, int rowsMax, CancellationToken cancellationToken)
    {
        TableArguments.CheckQuery(partition, rowsMax);
        try
        {
            return await retries.RunAsync(
                token => QueryOnceAsync(RowFilter.For(partition, range), rowsMax, token), cancellationToken);
        }
        catch (Exception fault) when (AzureFaults.IsFault(fault, cancellationToken))
        {
            var verdict = AzureFaults.Judge(AzureOperation.ReadRows, fault);
            throw AzureFaults.ToException(verdict, AzureOperation.ReadRows, partition, fault);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<TableTransaction> ExecuteAsync(
        string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken)
    {
        TableArguments.CheckTransaction(partition, changes);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return changes is [not RowChange.Delete]
                ? await ExecuteOneAsync(partition, changes[0], cancellationToken)
                : await ExecuteSeveralAsync(partition, changes, cancellationToken);
        }
        catch (Exception fault) when (AzureFaults.IsFault(fault, cancellationToken))
        {
            var verdict = AzureFaults.Judge(AzureOperation.ChangeRows, fault);
            return verdict == AzureVerdict.Conflict && FailedIndex(fault, changes.Count) is { } index
                ? new TableTransaction.Conflict(index)
                : throw AzureFaults.ToException(verdict, AzureOperation.ChangeRows, partition, fault);
        }
    }

    private async Task<TablePage> QueryOnceAsync(string filter, int rowsMax, CancellationToken cancellationToken)
    {
        var emptyPages = 0;
        await foreach (var page in reads.QueryAsync<TableEntity>(filter, rowsMax, cancellationToken: cancellationToken)
            .AsPages(pageSizeHint: rowsMax))
        {
            var more = !string.IsNullOrEmpty(page.ContinuationToken);
            if (page.Values.Count > 0 || !more)
            {
                return new TablePage([.. page.Values.Select(RowEntity.ToRow)], more);
            }

            if (++emptyPages == EmptyPagesMax)
            {
                throw new InvalidDataException($"{EmptyPagesMax} empty pages in a row");
            }
        }

        return new TablePage([], More: false);
    }

    private async Task<TableTransaction> ExecuteOneAsync(
        string partition, RowChange change, CancellationToken cancellationToken)
    {
        var answer = await (change switch
        {
            RowChange.Insert insert => writes.AddEntityAsync(
                RowEntity.Of(partition, insert.Key, insert.Value), cancellationToken),
            RowChange.Replace replace => writes.UpdateEntityAsync(
                RowEntity.Of(partition, replace.Key, replace.Value),
                ETagOf(replace.Version),
                TableUpdateMode.Replace,
                cancellationToken),
            RowChange.Check check => writes.UpdateEntityAsync(
                RowEntity.Empty(partition, check.Key), ETagOf(check.Version), TableUpdateMode.Merge, cancellationToken),
            _ => throw new ArgumentException($"{change.GetType().Name} is no single change.", nameof(change)),
        });
        return new TableTransaction.Committed([VersionIn(answer)]);
    }

    private async Task<TableTransaction> ExecuteSeveralAsync(
        string partition, IReadOnlyList<RowChange> changes, CancellationToken cancellationToken)
    {
        var answers = await writes.SubmitTransactionAsync(
            changes.Select(change => ActionFor(partition, change)), cancellationToken);
        return new TableTransaction.Committed(
            [.. changes.Zip(answers.Value, static (change, answer) =>
                change is RowChange.Delete ? (RowVersion?)null : VersionIn(answer))]);
    }

    private static TableTransactionAction ActionFor(string partition, RowChange change) => change switch
    {
        RowChange.Insert insert => new(
            TableTransactionActionType.Add, RowEntity.Of(partition, insert.Key, insert.Value)),
        RowChange.Replace replace => new(
            TableTransactionActionType.UpdateReplace,
            RowEntity.Of(partition, replace.Key, replace.Value),
            ETagOf(replace.Version)),
        RowChange.Check check => new(
            TableTransactionActionType.UpdateMerge, RowEntity.Empty(partition, check.Key), ETagOf(check.Version)),
        RowChange.Delete delete => new(
            TableTransactionActionType.Delete, RowEntity.Empty(partition, delete.Key), ETagOf(delete.Version)),
        _ => throw new ArgumentException($"{change.GetType().Name} is no change of a row.", nameof(change)),
    };

    // A refusal that does not say which of several changes it speaks of is no answer to give as a conflict.
    private static int? FailedIndex(Exception fault, int changes) =>
        (fault as TableTransactionFailedException)?.FailedTransactionActionIndex ?? (changes == 1 ? 0 : null);

    private static ETag ETagOf(RowVersion version) => new(version.Tag);

    // The write is done, so a missing ETag must not look like a failure of it.
    private static RowVersion VersionIn(Response answer) => answer.Headers.ETag is { } tag
        ? new RowVersion(tag.ToString())
        : throw new InvalidDataException("the service changed a row without telling its new version");
}
