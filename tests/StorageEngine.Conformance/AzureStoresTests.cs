using System.Buffers;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Azurite;
using Serverless.StorageEngine.Azure;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>
/// What only the Azure adapter does: set-up, the service's own seal, and missing containers and tables.
/// </summary>
public sealed class AzureStoresTests(SharedAzurite azurite)
{
    private static readonly SegmentName Segment = new("a/segment");

    private readonly AzureStage _stage = new(azurite);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Creating_twice_is_harmless_and_the_probe_is_content_then()
    {
        await _stage.InitializeAsync();
        await _stage.Stores.EnsureCreatedAsync(Token);

        Assert.Null(await _stage.Stores.ProbeAsync(Token));
    }

    [Fact]
    public async Task The_probe_says_in_one_line_that_the_container_is_missing()
    {
        var stores = _stage.StoresAt((await azurite.StartedAsync()).ConnectionString);

        var problem = await stores.ProbeAsync(Token);

        Assert.NotNull(problem);
        Assert.Contains("The container does not exist", problem, StringComparison.Ordinal);
        Assert.Contains(_stage.Name, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public async Task The_probe_says_in_one_line_that_the_table_is_missing()
    {
        var server = await azurite.StartedAsync();
        var container = new BlobContainerClient(server.ConnectionString, _stage.Name, PinnedVersion());
        await container.CreateAsync(cancellationToken: Token);

        var problem = await _stage.StoresAt(server.ConnectionString).ProbeAsync(Token);

        Assert.NotNull(problem);
        Assert.Contains("The table does not exist", problem, StringComparison.Ordinal);
        Assert.Contains(_stage.Name, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public async Task The_probe_says_in_one_line_that_nobody_answers()
    {
        var nobody = new Uri("http://127.0.0.1:9");
        var stores = _stage.StoresAt((await azurite.StartedAsync()).ConnectionStringVia(nobody, nobody));

        var problem = await stores.ProbeAsync(Token);

        Assert.NotNull(problem);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public async Task Without_a_container_or_table_every_operation_is_unavailable_and_none_is_an_outcome()
    {
        var stores = _stage.StoresAt((await azurite.StartedAsync()).ConnectionString);
        var block = new ReadOnlySequence<byte>([1]);
        Func<Task>[] operations =
        [
            async () => await stores.Segments.CreateAsync(Segment, Token),
            async () => await stores.Segments.AppendAsync(Segment, 0, block, Token),
            async () => await stores.Segments.StageAsync(Segment, 0, block, Token),
            async () => await stores.Segments.CommitAsync(Segment, 1, Token),
            async () => await stores.Segments.ReadAsync(Segment, 0, new byte[1], Token),
            async () => await stores.Segments.GetLengthAsync(Segment, Token),
            async () => await stores.Segments.ListAsync("", Token).GetAsyncEnumerator(Token).MoveNextAsync(),
            async () => await stores.Segments.DeleteAsync(Segment, Token),
            async () => await stores.Rows.GetAsync("p", "r", Token),
            async () => await stores.Rows.QueryAsync("p", RowRange.All, 10, Token),
            async () => await stores.Rows.ExecuteAsync("p", [new RowChange.Insert("r", default)], Token),
            async () => await stores.Rows.ExecuteAsync(
                "p", [new RowChange.Insert("r", default), new RowChange.Insert("s", default)], Token),
        ];

        foreach (var operation in operations)
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(operation);
        }
    }

    [Fact]
    public async Task A_segment_that_the_service_sealed_is_full_and_can_still_be_read()
    {
        await _stage.InitializeAsync();
        var store = _stage.Stores.Segments;
        await store.CreateAsync(Segment, Token);
        await store.AppendAsync(Segment, 0, new ReadOnlySequence<byte>([1]), Token);
        var container = new BlobContainerClient(
            (await azurite.StartedAsync()).ConnectionString, _stage.Name, PinnedVersion());
        await container.GetAppendBlobClient(Segment.Value).SealAsync(cancellationToken: Token);

        Assert.Equal(SegmentAppend.Full, await store.AppendAsync(Segment, 1, new ReadOnlySequence<byte>([2]), Token));

        Assert.Equal(new SegmentRead(Exists: true, Count: 1), await store.ReadAsync(Segment, 0, new byte[8], Token));
    }

    [Fact]
    public async Task A_segment_that_was_written_as_a_whole_is_a_block_blob_which_can_be_tiered()
    {
        await _stage.InitializeAsync();
        var store = _stage.Stores.Segments;
        await store.StageAsync(Segment, 0, new ReadOnlySequence<byte>([1]), Token);
        await store.CommitAsync(Segment, 1, Token);
        var container = new BlobContainerClient(
            (await azurite.StartedAsync()).ConnectionString, _stage.Name, PinnedVersion());
        var blob = container.GetBlockBlobClient(Segment.Value);

        await blob.SetAccessTierAsync(AccessTier.Cool, cancellationToken: Token);

        var properties = await blob.GetPropertiesAsync(cancellationToken: Token);
        Assert.Equal(BlobType.Block, properties.Value.BlobType);
        Assert.Equal(new SegmentRead(Exists: true, Count: 1), await store.ReadAsync(Segment, 0, new byte[8], Token));
        var blocks = await blob.GetBlockListAsync(cancellationToken: Token);
        Assert.Equal("MDAwMDAw", Assert.Single(blocks.Value.CommittedBlocks).Name);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("AccountName=a;AccountKey=secret")]
    public void A_malformed_connection_string_is_refused_by_name_and_not_repeated(string connectionString)
    {
        var options = new AzureStorageOptions { ConnectionString = connectionString };

        var refused = Assert.Throws<ArgumentException>(() => AzureStores.Create(options, TimeProvider.System));

        Assert.Contains("ConnectionString", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(connectionString, refused.Message, StringComparison.Ordinal);
    }

    private static BlobClientOptions PinnedVersion() => new(BlobClientOptions.ServiceVersion.V2025_11_05);
}
