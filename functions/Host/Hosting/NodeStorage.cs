using System.Diagnostics;
using Serverless.Functions.Host.Settings;
using Serverless.StorageEngine.Azure;
using Serverless.StorageEngine.Embedded;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Host.Hosting;

/// <summary>The opened store of a node: both ports over the adapter that the settings name.</summary>
internal sealed class NodeStorage : IAsyncDisposable
{
    private readonly IAsyncDisposable? _owner;

    // Far below the 30 s that the Functions host gives a process until it listens.
    private static readonly TimeSpan OpenTimeMax = TimeSpan.FromSeconds(15);

    private NodeStorage(
        IReadOnlyList<SegmentAccount> accounts, ITableStore tables, string description, IAsyncDisposable? owner)
    {
        Accounts = accounts;
        Tables = tables;
        Description = description;
        _owner = owner;
    }

    /// <summary>Where the logs lie: one account or several.</summary>
    public IReadOnlyList<SegmentAccount> Accounts { get; }

    /// <summary>The names that new segments are spread over; the empty one alone when there is one account.</summary>
    public IReadOnlyList<string> AccountsOfNewSegments =>
        Accounts.Count == 1 ? [""] : [.. Accounts.Select(static account => account.Name)];

    /// <summary>Where the rows lie.</summary>
    public ITableStore Tables { get; }

    /// <summary>Which storage it is and where the data lies, for the start line; holds no secret.</summary>
    public string Description { get; }

    /// <summary>Opens the store, and creates what is missing in it where it has the right to.</summary>
    /// <param name="location">Where the data lies.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="cancellationToken">Abandons the opening.</param>
    /// <exception cref="StorageUnavailableException">The store cannot be reached or written.</exception>
    /// <exception cref="CorruptDataException">There is something else in its place.</exception>
    public static ValueTask<NodeStorage> OpenAsync(
        StorageLocation location, TimeProvider time, CancellationToken cancellationToken) => location.Kind switch
        {
            StorageKind.Embedded => ValueTask.FromResult(OpenEmbedded(location, time)),
            StorageKind.Azure => OpenAzureAsync(location, time, cancellationToken),
            _ => throw new UnreachableException($"No adapter is defined for {location.Kind}."),
        };

    /// <summary>Closes what was opened.</summary>
    public ValueTask DisposeAsync() => _owner?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static NodeStorage OpenEmbedded(StorageLocation location, TimeProvider time)
    {
        var database = new EmbeddedDatabase(location.Data, time);
        return new NodeStorage(
            [new SegmentAccount("", new EmbeddedSegmentStore(database))],
            new EmbeddedTableStore(database),
            $"embedded storage in {database.Path}",
            database);
    }

    private static async ValueTask<NodeStorage> OpenAzureAsync(
        StorageLocation location, TimeProvider time, CancellationToken cancellationToken)
    {
        var stores = CreateAzure(location, time);
        using var limit = new CancellationTokenSource(OpenTimeMax, time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await LookAsync(stores, location, opening.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new StorageUnavailableException(
                $"Storage or the identity service did not answer within {OpenTimeMax.TotalSeconds} s.");
        }

        var several = stores.Accounts.Count > 1 ? $" of {stores.Accounts.Count} accounts" : "";
        return new NodeStorage(
            stores.Accounts,
            stores.Rows,
            $"azure storage in container {location.Container}{several} and table {location.Table}",
            owner: null);
    }

    private static async ValueTask LookAsync(
        AzureStores stores, StorageLocation location, CancellationToken cancellationToken)
    {
        if (location.Connection.Length > 0)
        {
            await stores.EnsureCreatedAsync(cancellationToken);
        }
        else if (await stores.ProbeAsync(cancellationToken) is { } missing)
        {
            // An identity has rights inside of container and table, and these are made with the rights.
            throw new StorageUnavailableException(missing);
        }
    }

    private static AzureStores CreateAzure(StorageLocation location, TimeProvider time)
    {
        var connected = location.Connection.Length > 0;
        var options = new AzureStorageOptions
        {
            ConnectionString = connected ? location.Connection : null,
            BlobServiceUris = location.BlobServiceUris,
            TableServiceUri = connected ? null : new Uri(location.TableServiceUri),
            Container = location.Container,
            Table = location.Table,
        };
        try
        {
            return AzureStores.Create(options, time);
        }
        catch (ArgumentException malformed)
        {
            // Only the SDK can tell; what it says may repeat the key.
            throw new StorageUnavailableException(
                $"--connection is not {StorageSettings.Connection.Expected}.", malformed);
        }
    }
}
