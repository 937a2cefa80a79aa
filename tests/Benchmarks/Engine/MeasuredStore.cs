using Serverless.Azurite;
using Serverless.Benchmarks.Measuring;
using Serverless.StorageEngine.Azure;
using Serverless.StorageEngine.Embedded;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.Benchmarks.Engine;

/// <summary>An empty store of one kind; what it took goes with it.</summary>
/// <param name="segments">Its segments.</param>
/// <param name="tables">Its rows.</param>
/// <param name="end">Gives back what it took.</param>
internal sealed class MeasuredStore(ISegmentStore segments, ITableStore tables, Func<ValueTask> end) : IAsyncDisposable
{
    private static int _names;

    /// <summary>Its segments.</summary>
    public ISegmentStore Segments { get; } = segments;

    /// <summary>Its rows.</summary>
    public ITableStore Tables { get; } = tables;

    /// <summary>Opens one.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="folder">The measured disk.</param>
    /// <param name="azurite">Runs for as long as the part does.</param>
    public static async Task<MeasuredStore> OpenAsync(StoreKind kind, string folder, SharedAzurite azurite)
    {
        if (kind == StoreKind.Nothing)
        {
            return new MeasuredStore(
                new ForgettingSegments(),
                new SimulatedTableStore(TimeProvider.System),
                static () => ValueTask.CompletedTask);
        }

        if (kind == StoreKind.Azurite)
        {
            return await OpenAzuriteAsync(await azurite.StartedAsync());
        }

        var scratch = new ScratchFolder(folder);
        var database = new EmbeddedDatabase(scratch.Path, TimeProvider.System);
        return new MeasuredStore(new EmbeddedSegmentStore(database), new EmbeddedTableStore(database), async () =>
        {
            await database.DisposeAsync();
            scratch.Dispose();
        });
    }

    public ValueTask DisposeAsync() => end();

    private static async Task<MeasuredStore> OpenAzuriteAsync(AzuriteServer server)
    {
        var name = $"round{Interlocked.Increment(ref _names):D6}";
        var stores = AzureStores.Create(
            new AzureStorageOptions
            {
                ConnectionString = server.ConnectionString,
                Container = name,
                Table = name,
                WriteTimeout = TimeSpan.FromSeconds(30),
            },
            TimeProvider.System);
        await stores.EnsureCreatedAsync(CancellationToken.None);
        return new MeasuredStore(stores.Segments, stores.Rows, async () =>
        {
            await foreach (var segment in stores.Segments.ListAsync("", CancellationToken.None))
            {
                await stores.Segments.DeleteAsync(segment, CancellationToken.None);
            }
        });
    }
}
