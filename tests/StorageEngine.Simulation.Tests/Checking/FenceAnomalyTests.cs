using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Checking.Stored;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>Fencing tokens that were not respected.</summary>
public sealed class FenceAnomalyTests
{
    private static readonly Answer Mismatch = new Answer.Failed(Refusal.FencingTokenMismatch, -1, "");
    private static readonly StoredLog Fenced = new ModelLog().Block(10).Fence("a").Block(11).Build();

    private static Story FencedStory => new Story().Sent(0, 10).Say(Fence("a"), new Answer.Fenced(1));

    [Fact]
    public void A_send_with_the_token_in_force_is_stored() =>
        Assert.Empty(FencedStory.Say(Send("a", 11), Answer.Sent.At(1, 1, duplicate: false)).Check(Fenced));

    [Fact]
    public void A_send_with_another_token_must_not_be_stored() => Assert.Equal(
        [AnomalyKind.BrokenFence],
        FencedStory.Say(Send("b", 11), Answer.Sent.At(1, 1, duplicate: false)).Check(Fenced));

    [Fact]
    public void A_send_with_the_token_must_not_be_stored_in_front_of_its_fence() => Assert.Equal(
        [AnomalyKind.BrokenFence],
        new Story().Say(Send("a", 10), new Answer.Unknown("")).Say(Fence("a"), new Answer.Fenced(1)).Sent(1, 11)
            .Check(Fenced));

    [Fact]
    public void A_send_without_a_token_passes() =>
        Assert.Empty(FencedStory.Sent(1, 11).Check(Fenced));

    [Fact]
    public void A_fence_that_was_answered_is_in_the_log() => Assert.Equal(
        [AnomalyKind.BrokenFence],
        new Story().Sent(0, 10).Say(Fence("b"), new Answer.Fenced(1)).Sent(1, 11).Check(Fenced));

    [Fact]
    public void A_fence_on_a_condition_takes_effect_only_under_it() => Assert.Equal(
        [AnomalyKind.BrokenFence],
        new Story().Sent(0, 10).Say(Fence("a") with { FencingToken = "z" }, new Answer.Fenced(1)).Sent(1, 11)
            .Check(Fenced));

    [Fact]
    public void A_token_that_is_in_force_already_needs_no_other_fence() => Assert.Empty(
        FencedStory.Sent(1, 11).Say(Fence("a") with { FencingToken = "z" }, new Answer.Fenced(2)).Check(Fenced));

    [Fact]
    public void The_token_in_force_is_not_refused() => Assert.Equal(
        [AnomalyKind.BrokenFence],
        new Story().Say(Fence("a"), new Answer.Fenced(0)).Say(Send("a", 10), Mismatch).Check());

    [Fact]
    public void A_token_may_be_refused_while_another_one_may_be_in_force() => Assert.Empty(
        new Story().Say(Fence("a"), new Answer.Fenced(0)).Say(Fence("b"), new Answer.Unknown(""))
            .Say(Send("a", 10), Mismatch).Check());

    private static Request.Fence Fence(string token) => new(Story.Partition, token);

    private static Request.Send Send(string token, long value) => Story.SendOf(value) with { FencingToken = token };
}
