using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Serverless.StorageEngine.Azure.Blobs;
using Serverless.StorageEngine.Azure.Tables;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Azure;

/// <summary>
/// Both ports over storage accounts, or over Azurite: one container in each account of segments, and one table.
/// </summary>
/// <remarks>Safe for concurrent callers; one object per process is enough. Creating it touches no network.</remarks>
public sealed class AzureStores
{
    // Never there: whoever may delete it may write, and the answer that it is missing costs nothing and leaves nothing.
    private const string Probed = "probe";

    private readonly List<BlobContainerClient> _containers;
    private readonly TableClient _table;
    private readonly BoundedReads _retries;

    private AzureStores(AzureStorageOptions options, TimeProvider time, TokenCredential? credential)
    {
        _retries = new BoundedReads(time);
        _containers = ContainersOf(options, credential, options.WriteTimeout);
        _table = TableOf(options, credential, options.WriteTimeout);
        Accounts =
        [
            .. _containers.Zip(
                ContainersOf(options, credential, options.ReadTimeout),
                (writes, reads) => new BlobSegmentStore(writes, reads, _retries)).Zip(
                options.BlobServiceUris.Count == 0
                    ? [_containers[0].AccountName]
                    : options.BlobServiceUris.Select(AzureStorageOptions.AccountOf),
                static (store, name) => new SegmentAccount(name, store)),
        ];
        Rows = new AzureTableStore(_table, TableOf(options, credential, options.ReadTimeout), _retries);
    }

    /// <summary>
    /// The accounts of segments in the order of the options; see <see cref="SpreadSegmentStore"/> for one store of all.
    /// </summary>
    public IReadOnlyList<SegmentAccount> Accounts { get; }

    /// <summary>The segments of the first account: blobs of its container.</summary>
    public ISegmentStore Segments => Accounts[0].Store;

    /// <summary>The rows: entities of the table.</summary>
    public ITableStore Rows { get; }

    /// <summary>The stores at the place that <paramref name="options"/> name.</summary>
    /// <param name="options">Where the storage is.</param>
    /// <param name="time">Runs the pauses between tries of a read.</param>
    /// <exception cref="ArgumentException">A setting cannot be right; the message names it.</exception>
    public static AzureStores Create(AzureStorageOptions options, TimeProvider time)
    {
        if (options.FindProblem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        try
        {
            return new AzureStores(
                options, time, options.ConnectionString is null ? new DefaultAzureCredential() : null);
        }
        catch (Exception malformed) when (malformed is FormatException or InvalidOperationException)
        {
            // The SDK's own text may repeat the account key, so it stays out of the message.
            throw new ArgumentException(
                $"{nameof(AzureStorageOptions.ConnectionString)} is no storage connection string.", nameof(options));
        }
    }

    /// <summary>Creates the containers and the table unless they exist. Meant for development and tests.</summary>
    /// <exception cref="StorageUnavailableException">One could not be created. Calling again is safe.</exception>
    public async Task EnsureCreatedAsync(CancellationToken cancellationToken)
    {
        var place = $"container {_containers[0].Name} and table {_table.Name}";
        try
        {
            foreach (var container in _containers)
            {
                await container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            }

            await _table.CreateIfNotExistsAsync(cancellationToken);
        }
        catch (Exception fault) when (AzureFaults.IsFault(fault, cancellationToken))
        {
            throw AzureFaults.ToException(
                AzureFaults.Judge(AzureOperation.SetUp, fault), AzureOperation.SetUp, place, fault);
        }
    }

    /// <summary>Looks whether the containers and the table are there and may be read and written.</summary>
    /// <returns>Null when all is well, else one line on everything that is missing and how to get it.</returns>
    public async Task<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        var looks = _containers
            .Select(container => LookAsync(
                AzureOperation.ProbeSegments,
                $"container {container.Name} of {ServiceOf(container.Uri, container.Name)}",
                token => DeleteNothingAsync(container, token),
                cancellationToken))
            .Append(LookAsync(
                AzureOperation.ProbeRows,
                $"table {_table.Name} of {ServiceOf(_table.Uri, _table.Name)}",
                ReadAndDeleteNothingAsync,
                cancellationToken));
        var problems = (await Task.WhenAll(looks)).OfType<string>().ToList();
        return problems.Count == 0 ? null : string.Join(' ', problems);
    }

    // Without a signature, if the address has one.
    private static string ServiceOf(Uri place, string name)
    {
        var path = place.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return path.EndsWith($"/{name}", StringComparison.Ordinal) ? path[..^(name.Length + 1)] : path;
    }

    private async Task<string?> LookAsync(
        AzureOperation operation, string place, Func<CancellationToken, Task<bool>> look, CancellationToken cancellationToken)
    {
        try
        {
            await _retries.RunAsync(look, cancellationToken);
            return null;
        }
        catch (Exception fault) when (AzureFaults.IsFault(fault, cancellationToken))
        {
            return AzureFaults.ToException(AzureFaults.Judge(operation, fault), operation, place, fault).Message;
        }
    }

    private static async Task<bool> DeleteNothingAsync(
        BlobContainerClient container, CancellationToken cancellationToken)
    {
        try
        {
            await container.GetBlobClient(Probed).DeleteAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException answer) when (answer.ErrorCode == "BlobNotFound")
        {
            // Allowed, and there.
        }

        return true;
    }

    // The SDK takes any 404 for a successful deletion, also that of a missing table; the query tells them apart.
    private async Task<bool> ReadAndDeleteNothingAsync(CancellationToken cancellationToken)
    {
        await using var rows = _table
            .QueryAsync<TableEntity>($"PartitionKey eq '{Probed}'", 1, cancellationToken: cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        await rows.MoveNextAsync();
        await _table.DeleteEntityAsync(Probed, Probed, ETag.All, cancellationToken);
        return true;
    }

    private static List<BlobContainerClient> ContainersOf(
        AzureStorageOptions options, TokenCredential? credential, TimeSpan timeout)
    {
        var client = new BlobClientOptions(AzureStorageOptions.BlobServiceVersion);
        Bound(client, timeout);
        var services = credential is null
            ? [new BlobServiceClient(options.ConnectionString, client)]
            : options.BlobServiceUris.Select(uri => new BlobServiceClient(uri, credential, client));
        return [.. services.Select(service => service.GetBlobContainerClient(options.Container))];
    }

    private static TableClient TableOf(AzureStorageOptions options, TokenCredential? credential, TimeSpan timeout)
    {
        var client = new TableClientOptions(AzureStorageOptions.TableServiceVersion);
        Bound(client, timeout);
        var service = credential is null
            ? new TableServiceClient(options.ConnectionString, client)
            : new TableServiceClient(options.TableServiceUri, credential, client);
        return service.GetTableClient(options.Table);
    }

    // The SDK's retry turns the success of an append whose answer was lost into a 412, and a blind append into a
    // duplicate. Reads are repeated by BoundedReads.
    private static void Bound(ClientOptions client, TimeSpan timeout)
    {
        client.Retry.MaxRetries = 0;
        client.Retry.NetworkTimeout = timeout;
    }
}
