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

    private NodeStorage(ISegmentStore segments, ITableStore tables, string description, IAsyncDisposable? owner)
    {
        Segments = segments;
        Tables = tables;
        Description = description;
        _owner = owner;
    }

    /// <summary>Where the logs lie.</summary>
    public ISegmentStore Segments { get; }

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
            new EmbeddedSegmentStore(database),
            new EmbeddedTableStore(database),
            $"embedded storage in {database.Path}",
            database);
    }

    private static async ValueTask<NodeStorage> OpenAzureAsync(
        StorageLocation location, TimeProvider time, CancellationToken cancellationToken)
    {
        var stores = CreateAzure(location, time);
        if (location.Connection.Length > 0)
        {
            await stores.EnsureCreatedAsync(cancellationToken);
        }
        else if (await stores.ProbeAsync(cancellationToken) is { } missing)
        {
            // An identity has rights inside of container and table, and these are made with the rights.
            throw new StorageUnavailableException(missing);
        }

        return new NodeStorage(
            stores.Segments,
            stores.Rows,
            $"azure storage in container {location.Container} and table {location.Table}",
            owner: null);
    }

    private static AzureStores CreateAzure(StorageLocation location, TimeProvider time)
    {
        var connected = location.Connection.Length > 0;
        var options = new AzureStorageOptions
        {
            ConnectionString = connected ? location.Connection : null,
            BlobServiceUri = connected ? null : new Uri(location.BlobServiceUri),
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
