using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Serverless.StorageEngine.Azure.Blobs;
using Serverless.StorageEngine.Azure.Tables;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Azure;

/// <summary>Both ports over one container and one table of a storage account, or of Azurite.</summary>
/// <remarks>Safe for concurrent callers; one object per process is enough. Creating it touches no network.</remarks>
public sealed class AzureStores
{
    private readonly AzureStorageOptions _options;
    private readonly BlobContainerClient _container;
    private readonly TableClient _table;

    private AzureStores(AzureStorageOptions options, TimeProvider time, TokenCredential? credential)
    {
        _options = options;
        _container = ContainerOf(options, credential, options.WriteTimeout);
        _table = TableOf(options, credential, options.WriteTimeout);
        var retries = new BoundedReads(time);
        Segments = new BlobSegmentStore(
            _container, ContainerOf(options, credential, options.ReadTimeout), retries);
        Rows = new AzureTableStore(_table, TableOf(options, credential, options.ReadTimeout), retries);
    }

    /// <summary>The segments: blobs of the container.</summary>
    public ISegmentStore Segments { get; }

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

    /// <summary>Creates the container and the table unless they exist. Meant for development and tests.</summary>
    /// <exception cref="StorageUnavailableException">One could not be created. Calling again is safe.</exception>
    public Task EnsureCreatedAsync(CancellationToken cancellationToken) => SetUpAsync(
        async () =>
        {
            await _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
            await _table.CreateIfNotExistsAsync(cancellationToken);
        },
        cancellationToken);

    /// <summary>Looks whether the container and the table can be reached and read.</summary>
    /// <returns>Null when all is well, else one line on what is missing.</returns>
    public async Task<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SetUpAsync(
                async () =>
                {
                    await _container.GetPropertiesAsync(cancellationToken: cancellationToken);
                    await using var rows = _table
                        .QueryAsync<TableEntity>("PartitionKey eq 'probe'", 1, cancellationToken: cancellationToken)
                        .GetAsyncEnumerator(cancellationToken);
                    await rows.MoveNextAsync();
                },
                cancellationToken);
            return null;
        }
        catch (StorageUnavailableException missing)
        {
            return missing.Message;
        }
    }

    private async Task SetUpAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work();
        }
        catch (Exception fault) when (AzureFaults.IsFault(fault, cancellationToken))
        {
            var place = $"container {_options.Container} and table {_options.Table}";
            throw AzureFaults.ToException(
                AzureFaults.Judge(AzureOperation.SetUp, fault), AzureOperation.SetUp, place, fault);
        }
    }

    private static BlobContainerClient ContainerOf(
        AzureStorageOptions options, TokenCredential? credential, TimeSpan timeout)
    {
        var client = new BlobClientOptions(AzureStorageOptions.BlobServiceVersion);
        Bound(client, timeout);
        var service = credential is null
            ? new BlobServiceClient(options.ConnectionString, client)
            : new BlobServiceClient(options.BlobServiceUri, credential, client);
        return service.GetBlobContainerClient(options.Container);
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
