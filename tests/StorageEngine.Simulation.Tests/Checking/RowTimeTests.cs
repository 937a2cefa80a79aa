using System.Text;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>Rows of logs against what was stored when they were written.</summary>
public sealed class RowTimeTests
{
    [Fact]
    public void A_row_that_points_to_a_stored_block_is_right() => Assert.Empty(Check(position: 999));

    [Fact]
    public void A_row_that_points_behind_what_is_stored_leads() =>
        Assert.Equal([AnomalyKind.RowAhead], Check(position: 1_000));

    [Fact]
    public void A_log_start_that_falls_is_found() =>
        Assert.Equal([AnomalyKind.EndFell], Check(position: 0, firstStart: 5));

    private static IReadOnlyList<AnomalyKind> Check(long position, long firstStart = 0)
    {
        var story = new Story();
        story.History.Appended(new SegmentName(ModelLog.Segment), 1_000);
        Store(story, Encoding.UTF8.GetString(ModelLog.Head(ModelLog.Segment, 0))
            .Replace("\"logStartOffset\":0", $"\"logStartOffset\":{firstStart}", StringComparison.Ordinal));
        Store(story, Encoding.UTF8.GetString(ModelLog.Head(ModelLog.Segment, position)));
        story.History.Appended(new SegmentName(ModelLog.Segment), 2_000);
        return story.Check();
    }

    private static void Store(Story story, string row) => story.History.Stored(
        $"log|{Story.Partition.Log}", [new($"head|{Story.Partition.Log}", Encoding.UTF8.GetBytes(row))]);
}
