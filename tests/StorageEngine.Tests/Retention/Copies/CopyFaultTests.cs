using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Retention.Copies;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Log;

namespace Serverless.StorageEngine.Tests.Retention.Copies;

public sealed class CopyFaultTests
{
    private readonly SealedLog _log = new();

    [Theory]
    [InlineData(StorageOperation.StagePart, true)]
    [InlineData(StorageOperation.StagePart, false)]
    [InlineData(StorageOperation.CommitSegment, true)]
    [InlineData(StorageOperation.CommitSegment, false)]
    [InlineData(StorageOperation.ReadSegment, false)]
    public async Task A_call_that_fails_now_and_then_is_made_again(StorageOperation operation, bool happens)
    {
        await _log.AppendAsync(LogWorld.BatchOf("a", "b"));
        await _log.SealAsync();
        Fail(operation, times: StorageAttempts.AttemptsMax - 1, happens);

        var copied = await _log.CopyAsync();

        Assert.Equal(await _log.RecordsAsync(_log.Rows[0]), await _log.RecordsAsync(copied.Row(null)));
    }

    [Theory]
    [InlineData(StorageOperation.StagePart)]
    [InlineData(StorageOperation.CommitSegment)]
    public async Task A_call_that_fails_again_and_again_ends_the_copy(StorageOperation operation)
    {
        await _log.AppendAsync(LogWorld.BatchOf("a", "b"));
        await _log.SealAsync();
        Fail(operation, times: int.MaxValue, happens: false);

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(() => _log.CopyAsync());

        Assert.Equal(StorageAttempts.AttemptsMax, _log.Segments.Operations.Count(operation));
    }

    [Fact]
    public async Task A_commit_in_doubt_stays_in_doubt_when_storage_refuses_what_follows()
    {
        await _log.AppendAsync(LogWorld.BatchOf("a"));
        await _log.SealAsync();
        var calls = 0;
        _log.Segments.Interception.Before = call => call.Operation != StorageOperation.CommitSegment
            ? ValueTask.CompletedTask
            : throw (calls++ == 0
                ? new StorageOutcomeUnknownException("Nobody knows.")
                : new StorageUnavailableException("Not now."));

        await Assert.ThrowsAsync<StorageOutcomeUnknownException>(() => _log.CopyAsync());

        Assert.Equal(StorageAttempts.AttemptsMax, calls);
    }

    [Fact]
    public async Task A_source_that_is_gone_can_be_looked_for_again()
    {
        await _log.AppendAsync(LogWorld.BatchOf("a"));
        var row = await _log.SealAsync();
        await _log.Segments.DeleteAsync(row.SegmentName(), CancellationToken.None);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _log.CopyAsync());
    }

    [Theory]
    [MemberData(nameof(WrongRows))]
    public async Task A_source_that_is_not_what_its_row_says_is_not_copied(string what)
    {
        await _log.AppendAsync(LogWorld.BatchOf("a"));
        await _log.SealAsync();
        await _log.AppendAsync(LogWorld.BatchOf("b", "c"));
        var row = await _log.SealAsync();

        await Assert.ThrowsAsync<CorruptDataException>(() => _log.CopyAsync(rows: Wrong(row, what)));

        Assert.Equal(0, _log.Segments.Operations.Count(StorageOperation.CommitSegment));
    }

    public static TheoryData<string> WrongRows =>
        ["shorter", "longer", "more offsets", "fewer offsets", "earlier", "a copy", "another"];

    private SegmentRow Wrong(SegmentRow row, string what) => what switch
    {
        "shorter" => row with { Bytes = row.Bytes - 1 },
        "longer" => row with { Bytes = row.Bytes + 1 },
        "more offsets" => row with { NextOffset = row.NextOffset + 1 },
        "fewer offsets" => row with { NextOffset = row.NextOffset - 1 },
        "earlier" => row with { BaseOffset = row.BaseOffset - 1 },
        "a copy" => row with { Copied = true },
        _ => row with { Segment = _log.Rows[0].Segment, Bytes = _log.Rows[0].Bytes },
    };

    private void Fail(StorageOperation operation, int times, bool happens)
    {
        ValueTask Throw(StorageCall call) => call.Operation == operation && times-- > 0
            ? throw (operation == StorageOperation.ReadSegment
                ? new StorageUnavailableException("Not now.")
                : new StorageOutcomeUnknownException("Nobody knows."))
            : ValueTask.CompletedTask;

        if (happens)
        {
            _log.Segments.Interception.After = Throw;
        }
        else
        {
            _log.Segments.Interception.Before = Throw;
        }
    }
}
