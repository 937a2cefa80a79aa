using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Checking.Stored;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>What a producer may see of a log that forgot it, which is a day after its last batch.</summary>
public sealed class ForgottenRepeatTests
{
    private const int Day = 24;

    [Fact]
    public void A_batch_that_the_log_forgot_may_be_stored_again() =>
        Assert.Empty(Sent(0, 10).Polled(0, 10, 10).Check(Log(Day + 1, 0), complete: true));

    [Fact]
    public void A_batch_that_the_log_remembers_is_not_stored_again() =>
        Assert.Contains(AnomalyKind.Duplicate, Sent(0, 10).Polled(0, 10, 10).Check(Log(Day - 1, 0), complete: true));

    [Fact]
    public void A_value_under_another_sequence_is_no_repeat() =>
        Assert.Contains(AnomalyKind.Duplicate, Sent(0, 10).Check(Log(Day + 1, 5)));

    [Fact]
    public void A_request_that_the_log_forgot_may_be_stored_again_and_no_other() => Assert.Equal(
        [[], [AnomalyKind.Duplicate]],
        [
            Keyed().Check(new ModelLog().Batch(-1, -1, 0, 6, 10).Wait(Day + 1).Batch(-1, -1, 0, 6, 10).Build()),
            Keyed().Check(new ModelLog().Batch(-1, -1, 0, 6, 10).Wait(Day + 1).Batch(-1, -1, 0, 9, 10).Build()),
        ]);

    [Fact]
    public void A_producer_that_began_anew_behind_its_place_is_out_of_order_there() => Assert.Empty(
        Refused(expected: 1).Check(new ModelLog().Batch(7, 0, 0, 0, 10).Batch(7, 0, 1, 0, 11).Wait(Day + 1)
            .Batch(7, 0, 0, 0, 10).Build()));

    [Fact]
    public void A_producer_that_began_anew_is_expected_nowhere_else() => Assert.Equal(
        [AnomalyKind.WrongRefusal],
        Refused(expected: 9).Check(new ModelLog().Batch(7, 0, 0, 0, 10).Batch(7, 0, 1, 0, 11).Wait(Day + 1)
            .Batch(7, 0, 0, 0, 10).Build()));

    private static StoredLog Log(int hours, int again) =>
        new ModelLog().Batch(7, 0, 0, 0, 10).Wait(hours).Batch(7, 0, again, 0, 10).Build();

    private static Story Sent(int sequence, long value) =>
        new Story().Say(Send(sequence, value), Answer.Sent.At(sequence, 1, duplicate: false));

    private static Story Keyed() => new Story().Say(
        new Request.Send(Story.Partition, [10], new SendIdentity.Keyed(6, 0)), Answer.Sent.At(0, 1, duplicate: false));

    private static Story Refused(long expected) => Sent(0, 10)
        .Say(Send(1, 11), Answer.Sent.At(1, 1, duplicate: false))
        .Say(Send(2, 12), new Answer.Failed(Refusal.OutOfOrderSequence, expected, ""));

    private static Request.Send Send(int sequence, long value) =>
        new(Story.Partition, [value], new SendIdentity.Sequenced(7, 0, sequence));
}
