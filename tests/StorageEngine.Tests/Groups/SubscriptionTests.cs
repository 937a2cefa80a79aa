using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Groups;

public sealed class SubscriptionTests
{
    private static readonly TopicName Orders = Name("orders");
    private static readonly TopicName Prices = Name("prices");

    [Fact]
    public void Who_subscribed_to_nothing_wants_nothing() =>
        Assert.False(Subscription.None.Instance.Wants(Orders));

    [Fact]
    public void Chosen_partitions_want_their_topics_and_no_others()
    {
        var chosen = new Subscription.Assigned([new TopicPartition(Orders, 1), new TopicPartition(Orders, 2)]);

        Assert.Equal((true, false), (chosen.Wants(Orders), chosen.Wants(Prices)));
        Assert.Equal([Orders], chosen.Names());
    }

    [Fact]
    public void Partitions_chosen_of_two_topics_want_both()
    {
        var chosen = new Subscription.Assigned([new TopicPartition(Orders, 1), new TopicPartition(Prices, 2)]);

        Assert.Equal((true, true), (chosen.Wants(Orders), chosen.Wants(Prices)));
    }

    [Fact]
    public void The_room_of_chosen_partitions_is_that_of_the_names_of_their_topics()
    {
        var chosen = new Subscription.Assigned(
            [new TopicPartition(Orders, 1), new TopicPartition(Orders, 2), new TopicPartition(Prices, 0)]);

        Assert.Equal(new Subscription.Topics([Orders, Prices]).Characters, chosen.Characters);
        Assert.True(chosen.Characters > Orders.Value.Length + Prices.Value.Length);
    }

    [Fact]
    public void The_room_of_a_pattern_grows_with_its_text_as_if_every_character_were_escaped()
    {
        var (one, ten) = (Matching("a"), Matching("aaaaaaaaaa"));

        Assert.Equal(10 * one.Characters, ten.Characters);
        Assert.True(one.Characters > 1);
    }

    private static Subscription.Matching Matching(string text)
    {
        Assert.True(TopicPattern.TryParse(text, out var pattern, out _));
        return new Subscription.Matching(pattern);
    }

    private static TopicName Name(string text)
    {
        Assert.True(TopicName.TryParse(text, out var name, out _));
        return name;
    }
}
