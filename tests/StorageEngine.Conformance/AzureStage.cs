using Serverless.Azurite;
using Serverless.StorageEngine.Azure;

namespace Serverless.StorageEngine.Conformance;

/// <summary>A container and a table of a test's own, in the Azurite that all tests share.</summary>
internal sealed class AzureStage(SharedAzurite azurite)
{
    // A crowded machine may make Azurite slower than the 3 s that an append is given in earnest.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private AzureStores? _stores;

    public string Name { get; } = azurite.UniqueName();

    public AzureStores Stores => _stores ?? throw new InvalidOperationException("The stage is not initialised.");

    public async ValueTask InitializeAsync()
    {
        var server = await azurite.StartedAsync();
        _stores = StoresAt(server.ConnectionString);
        await _stores.EnsureCreatedAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// Stores of the same container and table, reached through another address or with another time-out.
    /// </summary>
    public AzureStores StoresAt(string connectionString, TimeSpan? writeTimeout = null) => AzureStores.Create(
        new AzureStorageOptions
        {
            ConnectionString = connectionString,
            Container = Name,
            Table = Name,
            WriteTimeout = writeTimeout ?? Patience,
            ReadTimeout = Patience,
        },
        TimeProvider.System);
}
