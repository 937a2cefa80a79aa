using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Retention.Rows;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention.Keeping;

/// <summary>A copy that counted, and was replaced by another one before its keeper heard that it had.</summary>
public sealed class ReplacedCopyTests : IDisposable
{
    private readonly KeeperWorld _world = new();

    private static CancellationToken None => CancellationToken.None;

    private LogRowsTable Table => new(_world.Tables, TimeProvider.System, new Random(1));

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task Its_bytes_stay_for_as_long_as_readers_may_know_it()
    {
        var node = _world.StartNode();
        var topic = await _world.Create(node, settings:
        [
            ("segment.bytes", "40000"), ("retention.ms", "-1"), ("local.retention.ms", "1000"),
            ("file.delete.delay.ms", "60000"),
        ]);
        await _world.Append(node, topic, 45);
        _world.Pass(TimeSpan.FromSeconds(2));
        SegmentName? replaced = null;
        _world.Tables.Interception.After = async call =>
        {
            if (replaced is null && call.Operation == StorageOperation.ExecuteTransaction)
            {
                replaced = await ReplaceAsync(topic);
                if (replaced is not null)
                {
                    throw new StorageOutcomeUnknownException("The answer was lost.");
                }
            }
        };

        await _world.Keep(node);

        Assert.True(await _world.Segments.GetLengthAsync(replaced!.Value, None) > 0);
        Assert.Contains((await _world.Rows(topic)).Discards, one => one.Row.Segment == replaced.Value.Value);
        _world.Pass(TimeSpan.FromMinutes(2));
        await _world.Keep(node);
        Assert.Null(await _world.Segments.GetLengthAsync(replaced.Value, None));
    }

    // What another keeper would do to the first copy that counts; null while none does.
    private async Task<SegmentName?> ReplaceAsync(Topic topic)
    {
        var hook = _world.Tables.Interception.After;
        _world.Tables.Interception.After = null;
        try
        {
            var log = new PartitionId(topic.Id, 0).Log;
            var copy = (await Table.ReadAsync(log, None))!.Segments
                .FirstOrDefault(static one => one.Row.Segment.StartsWith("copies/", StringComparison.Ordinal));
            if (copy is null)
            {
                return null;
            }

            var other = LogKeys.CopyName(new PartitionId(topic.Id, 0), copy.Row.BaseOffset, nonce: 77);
            var copying = await Table.BeginCopyAsync(log, other, None);
            Assert.True(
                await Table.SwitchAsync(log, [copy], copy.Row with { Segment = other.Value }, copying!, None));
            return new SegmentName(copy.Row.Segment);
        }
        finally
        {
            _world.Tables.Interception.After = hook;
        }
    }
}
