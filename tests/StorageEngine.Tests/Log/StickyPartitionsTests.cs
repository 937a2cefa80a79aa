using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class StickyPartitionsTests
{
    private static readonly TopicId Topic = new((UInt128)7 << 24);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Draws _draws = new(2, 0, 3, 1);
    private readonly StickyPartitions _sticky;

    public StickyPartitionsTests() => _sticky = new StickyPartitions(_time, _draws);

    [Fact]
    public void A_choice_holds_for_less_than_a_second()
    {
        var first = _sticky.Choose(Topic, 4, static _ => true);
        _time.Advance(StickyPartitions.Tenure - TimeSpan.FromTicks(1));

        Assert.Equal((2, 2), (first, _sticky.Choose(Topic, 4, static _ => true)));
    }

    [Fact]
    public void After_a_second_another_one_is_drawn()
    {
        _sticky.Choose(Topic, 4, static _ => true);
        _time.Advance(StickyPartitions.Tenure);

        Assert.Equal(0, _sticky.Choose(Topic, 4, static _ => true));
    }

    [Fact]
    public void A_choice_that_no_longer_suits_is_replaced_at_once()
    {
        _sticky.Choose(Topic, 4, static _ => true);

        Assert.Equal(0, _sticky.Choose(Topic, 4, static partition => partition != 2));
    }

    [Fact]
    public void The_first_that_suits_behind_the_drawn_one_is_chosen_around_the_end() =>
        Assert.Equal(1, _sticky.Choose(Topic, 4, static partition => partition == 1));

    [Fact]
    public void Where_none_suits_the_drawn_one_is_chosen() =>
        Assert.Equal(2, _sticky.Choose(Topic, 4, static _ => false));

    [Fact]
    public void Each_topic_has_a_choice_of_its_own()
    {
        var other = new TopicId((UInt128)8 << 24);

        Assert.Equal((2, 0), (_sticky.Choose(Topic, 4, static _ => true), _sticky.Choose(other, 4, static _ => true)));
        Assert.Equal((2, 0), (_sticky.Choose(Topic, 4, static _ => true), _sticky.Choose(other, 4, static _ => true)));
    }

    [Fact]
    public void Beyond_ten_thousand_topics_all_choices_are_forgotten()
    {
        for (var number = 1; number <= 10_000; number++)
        {
            _sticky.Choose(new TopicId((UInt128)number << 24), 4, static _ => true);
        }

        var drawn = _draws.Count;
        _sticky.Choose(Topic, 4, static _ => true);
        Assert.Equal(drawn, _draws.Count);

        _sticky.Choose(new TopicId((UInt128)10_001 << 24), 4, static _ => true);
        _sticky.Choose(Topic, 4, static _ => true);
        Assert.Equal(drawn + 2, _draws.Count);
    }

    private sealed class Draws(params int[] numbers) : Random
    {
        public int Count { get; private set; }

        public override int Next(int maxValue) => numbers[Count++ % numbers.Length];
    }
}
