using System.Buffers;
using Serverless.Azurite;
using Serverless.StorageEngine.Azure;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>
/// The adapter behind a proxy that loses requests and answers: what happened once is never done twice or denied.
/// </summary>
public sealed class AzureLostAnswersTests(SharedAzurite azurite) : IAsyncLifetime
{
    private static readonly SegmentName Segment = new("lost/answers");
    private static readonly RowChange.Insert Row = new("row", new byte[] { 1 });

    private readonly AzureStage _stage = new(azurite);
    private FaultProxy? _blobs;
    private FaultProxy? _tables;
    private AzureStores? _stores;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FaultProxy Blobs => _blobs ?? throw new InvalidOperationException("Not initialised.");

    private FaultProxy Tables => _tables ?? throw new InvalidOperationException("Not initialised.");

    private AzureStores Stores => _stores ?? throw new InvalidOperationException("Not initialised.");

    public async ValueTask InitializeAsync()
    {
        await _stage.InitializeAsync();
        var server = await azurite.StartedAsync();
        _blobs = new FaultProxy(server.BlobEndpoint);
        _tables = new FaultProxy(server.TableEndpoint);
        _stores = StoresWith(writeTimeout: null, server);

        // The connections are in use already, as they are in earnest: only reused ones are repeated by the HTTP stack.
        await _stores.Segments.CreateAsync(Segment, Token);
        await _stores.Rows.GetAsync("p", "warm", Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Blobs.DisposeAsync();
        await Tables.DisposeAsync();
    }

    [Theory]
    [InlineData(ProxyFault.LoseAnswer)]
    [InlineData(ProxyFault.ResetAnswer)]
    [InlineData(ProxyFault.AnswerWith500)]
    [InlineData(ProxyFault.AnswerWith503)]
    [InlineData(ProxyFault.AnswerWithNonsense)]
    public async Task An_append_whose_answer_is_lost_is_sent_once_reported_unknown_and_stored_once(ProxyFault fault)
    {
        Blobs.Choose(line => line.Contains("comp=appendblock", StringComparison.Ordinal) ? fault : ProxyFault.None);

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(() => AppendAsync(Stores, 0, [1, 2, 3]));

        Assert.Single(Blobs.Requests, static line => line.Contains("comp=appendblock", StringComparison.Ordinal));
        Assert.Equal([1, 2, 3], await ReadAllAsync());
    }

    [Fact]
    public async Task An_append_that_is_not_answered_in_time_is_unknown_and_stored_once()
    {
        var impatient = StoresWith(TimeSpan.FromMilliseconds(1_500), await azurite.StartedAsync());
        Blobs.Choose(static line =>
            line.Contains("comp=appendblock", StringComparison.Ordinal) ? ProxyFault.KeepSilent : ProxyFault.None);

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(() => AppendAsync(impatient, 0, [1, 2, 3]));

        Assert.Single(Blobs.Requests, static line => line.Contains("comp=appendblock", StringComparison.Ordinal));
        Assert.Equal([1, 2, 3], await ReadAllAsync());
    }

    [Fact]
    public async Task An_append_whose_request_is_lost_is_unknown_and_not_sent_again()
    {
        Blobs.Choose(static line =>
            line.Contains("comp=appendblock", StringComparison.Ordinal) ? ProxyFault.LoseRequest : ProxyFault.None);

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(() => AppendAsync(Stores, 0, [1, 2, 3]));

        Assert.Single(Blobs.Requests, static line => line.Contains("comp=appendblock", StringComparison.Ordinal));
        Assert.Empty(await ReadAllAsync());
    }

    [Fact]
    public async Task After_an_unknown_append_the_same_block_at_the_same_position_finds_it_taken()
    {
        var answers = new Queue<ProxyFault>([ProxyFault.LoseAnswer]);
        Blobs.Choose(line => line.Contains("comp=appendblock", StringComparison.Ordinal)
            ? answers.TryDequeue(out var fault) ? fault : ProxyFault.None
            : ProxyFault.None);
        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(() => AppendAsync(Stores, 0, [1, 2, 3]));

        Assert.Equal(SegmentAppend.PositionTaken, await AppendAsync(Stores, 0, [1, 2, 3]));
        Assert.Equal(SegmentAppend.Appended, await AppendAsync(Stores, 3, [4]));

        Assert.Equal([1, 2, 3, 4], await ReadAllAsync());
    }

    [Theory]
    [InlineData(ProxyFault.LoseAnswer)]
    [InlineData(ProxyFault.AnswerWith500)]
    [InlineData(ProxyFault.LoseRequest)]
    public async Task A_part_that_is_not_answered_is_sent_once_reported_unknown_and_may_be_staged_again(
        ProxyFault fault)
    {
        var whole = new SegmentName("lost/part");
        Blobs.Choose(line => IsBlock(line) ? fault : ProxyFault.None);

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(() => StageAsync(whole));

        Assert.Single(Blobs.Requests, IsBlock);
        Blobs.Choose(static _ => ProxyFault.None);
        await StageAsync(whole);
        Assert.True(await Stores.Segments.CommitAsync(whole, 1, Token));
        Assert.Equal([1, 2, 3], await ReadAllAsync(whole));
    }

    [Theory]
    [InlineData(ProxyFault.LoseAnswer, false)]
    [InlineData(ProxyFault.ResetAnswer, false)]
    [InlineData(ProxyFault.AnswerWith503, false)]
    [InlineData(ProxyFault.LoseRequest, true)]
    public async Task A_commit_that_is_not_answered_is_sent_once_reported_unknown_and_may_be_made_again(
        ProxyFault fault, bool made)
    {
        var whole = new SegmentName("lost/commit");
        await StageAsync(whole);
        Blobs.Choose(line => IsBlockList(line) ? fault : ProxyFault.None);

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(
            async () => await Stores.Segments.CommitAsync(whole, 1, Token));

        Assert.Single(Blobs.Requests, IsBlockList);
        Blobs.Choose(static _ => ProxyFault.None);
        Assert.Equal(made, await Stores.Segments.CommitAsync(whole, 1, Token));
        Assert.Equal([1, 2, 3], await ReadAllAsync(whole));
    }

    [Theory]
    [InlineData(ProxyFault.LoseAnswer)]
    [InlineData(ProxyFault.ResetAnswer)]
    [InlineData(ProxyFault.AnswerWith503)]
    public async Task A_creation_whose_answer_is_lost_is_unknown_or_finds_its_own_segment_and_never_claims_a_second_one(
        ProxyFault fault)
    {
        var segment = new SegmentName("lost/creation");
        var lost = 0;
        Blobs.Choose(line => line.StartsWith("PUT", StringComparison.Ordinal) && Interlocked.Increment(ref lost) == 1
            ? fault
            : ProxyFault.None);

        var created = await OutcomeAsync(async () => await Stores.Segments.CreateAsync(segment, Token));

        Assert.NotEqual("True", created);
        Assert.False(await Stores.Segments.CreateAsync(segment, Token));
    }

    [Theory]
    [InlineData(ProxyFault.LoseAnswer)]
    [InlineData(ProxyFault.ResetAnswer)]
    [InlineData(ProxyFault.AnswerWith500)]
    [InlineData(ProxyFault.AnswerWith503)]
    public async Task A_row_change_whose_answer_is_lost_is_sent_once_and_reported_unknown(ProxyFault fault)
    {
        Tables.Choose(line => IsWrite(line) ? fault : ProxyFault.None);

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(
            async () => await Stores.Rows.ExecuteAsync("p", [Row], Token));

        Assert.Single(Tables.Requests, IsWrite);
        Assert.NotNull(await Stores.Rows.GetAsync("p", "row", Token));
    }

    [Theory]
    [InlineData(ProxyFault.LoseAnswer)]
    [InlineData(ProxyFault.ResetAnswer)]
    [InlineData(ProxyFault.AnswerWith500)]
    [InlineData(ProxyFault.AnswerWithNonsense)]
    public async Task A_transaction_whose_answer_is_lost_is_sent_once_and_reported_unknown(ProxyFault fault)
    {
        Tables.Choose(line => IsWrite(line) ? fault : ProxyFault.None);

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(
            async () => await Stores.Rows.ExecuteAsync("p", [Row, new RowChange.Insert("second", default)], Token));

        Assert.Single(Tables.Requests, IsWrite);
        Assert.NotNull(await Stores.Rows.GetAsync("p", "second", Token));
    }

    [Theory]
    [InlineData(ProxyFault.LoseAnswer)]
    [InlineData(ProxyFault.ResetAnswer)]
    public async Task A_row_deletion_whose_answer_is_lost_is_unknown_and_no_conflict_with_itself(ProxyFault fault)
    {
        var inserted = Assert.IsType<TableTransaction.Committed>(await Stores.Rows.ExecuteAsync("p", [Row], Token));
        var version = Assert.NotNull(inserted.Versions[0]);
        Tables.Choose(line => IsWrite(line) ? fault : ProxyFault.None);

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(
            async () => await Stores.Rows.ExecuteAsync("p", [new RowChange.Delete("row", version)], Token));

        Assert.Equal(2, Tables.Requests.Count(IsWrite));
        Assert.Null(await Stores.Rows.GetAsync("p", "row", Token));
    }

    [Theory]
    [InlineData(ProxyFault.ResetAnswer)]
    [InlineData(ProxyFault.AnswerWith500)]
    [InlineData(ProxyFault.RefuseWith503)]
    [InlineData(ProxyFault.CutAnswer)]
    public async Task A_read_that_fails_for_a_moment_succeeds_in_the_end(ProxyFault fault)
    {
        Assert.Equal(SegmentAppend.Appended, await AppendAsync(Stores, 0, [1, 2, 3]));
        var failures = new Queue<ProxyFault>([fault, fault]);
        Blobs.Choose(line => line.StartsWith("GET", StringComparison.Ordinal) && failures.TryDequeue(out var next)
            ? next
            : ProxyFault.None);

        Assert.Equal([1, 2, 3], await ReadAllAsync());
    }

    [Fact]
    public async Task A_read_that_keeps_failing_is_tried_a_bounded_number_of_times_and_is_unavailable()
    {
        Blobs.Choose(static line =>
            line.StartsWith("GET", StringComparison.Ordinal) ? ProxyFault.RefuseWith503 : ProxyFault.None);

        await Assert.ThrowsAsync<StorageUnavailableException>(ReadAllAsync);

        Assert.Equal(
            BoundedReads.AttemptsMax,
            Blobs.Requests.Count(static line => line.StartsWith("GET", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task With_nobody_listening_an_append_certainly_did_nothing()
    {
        var nobody = new Uri("http://127.0.0.1:9");
        var server = await azurite.StartedAsync();
        var stores = _stage.StoresAt(server.ConnectionStringVia(nobody, nobody));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => AppendAsync(stores, 0, [1]));
    }

    private AzureStores StoresWith(TimeSpan? writeTimeout, AzuriteServer server) =>
        _stage.StoresAt(server.ConnectionStringVia(Blobs.Address, Tables.Address), writeTimeout);

    private static Task<SegmentAppend> AppendAsync(AzureStores stores, long position, byte[] block) =>
        stores.Segments.AppendAsync(Segment, position, new ReadOnlySequence<byte>(block), Token).AsTask();

    private Task StageAsync(SegmentName segment) =>
        Stores.Segments.StageAsync(segment, 0, new ReadOnlySequence<byte>([1, 2, 3]), Token).AsTask();

    private Task<byte[]> ReadAllAsync() => ReadAllAsync(Segment);

    private async Task<byte[]> ReadAllAsync(SegmentName segment)
    {
        var room = new byte[100];
        var read = await Stores.Segments.ReadAsync(segment, 0, room, Token);
        Assert.True(read.Exists);
        return room[..read.Count];
    }

    private static async Task<string> OutcomeAsync(Func<Task<bool>> call)
    {
        try
        {
            return $"{await call()}";
        }
        catch (StorageOutcomeUnknownException)
        {
            return "Unknown";
        }
    }

    // "comp=block" and "comp=blocklist" begin alike.
    private static bool IsBlockList(string line) =>
        line.StartsWith("PUT", StringComparison.Ordinal) && line.Contains("comp=blocklist", StringComparison.Ordinal);

    private static bool IsBlock(string line) =>
        line.Contains("comp=block&", StringComparison.Ordinal) || line.Contains("comp=block ", StringComparison.Ordinal);

    private static bool IsWrite(string line) => !line.StartsWith("GET", StringComparison.Ordinal);
}
