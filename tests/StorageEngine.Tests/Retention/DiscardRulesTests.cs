using Serverless.StorageEngine.Log.Rows;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Retention.Rows;
using static Serverless.StorageEngine.Tests.Retention.SomeRows;

namespace Serverless.StorageEngine.Tests.Retention;

public sealed class DiscardRulesTests
{
    private static readonly LogRows Rows = SomeRows.Rows().With(
        new DiscardRow("retired", DiscardState.Retired, 5),
        new DiscardRow("copying", DiscardState.Copying),
        new DiscardRow("deleting", DiscardState.Deleting));

    [Theory]
    [InlineData(0, "deleting")]
    [InlineData(999, "deleting")]
    [InlineData(1_000, "retired deleting")]
    public void Bytes_of_retired_segments_go_after_the_delay_and_those_of_given_up_copies_at_once(
        double afterMs, string expected) =>
        Assert.Equal(
            expected.Split(' '),
            DiscardRules.Due(Rows, Config("file.delete.delay.ms=1000"), Now.AddMilliseconds(afterMs))
                .Select(static discard => discard.Row.Segment));

    [Fact]
    public void Bytes_that_are_to_stay_for_ever_stay() =>
        Assert.Single(DiscardRules.Due(
            Rows, Config("file.delete.delay.ms=9223372036854775807"), DateTimeOffset.MaxValue));

    [Theory]
    [InlineData(999, false)]
    [InlineData(1_000, true)]
    public void A_copy_that_takes_too_long_is_overdue(double afterMs, bool expected) =>
        Assert.Equal(
            expected,
            DiscardRules.Overdue(Rows, TimeSpan.FromSeconds(1), Now.AddMilliseconds(afterMs)) is not null);

    [Fact]
    public void A_log_is_being_copied_until_its_copy_counts_or_is_given_up()
    {
        Assert.True(DiscardRules.IsBeingCopied(Rows));
        Assert.False(DiscardRules.IsBeingCopied(Rows with { Discards = [Rows.Discards[0], Rows.Discards[2]] }));
    }
}
