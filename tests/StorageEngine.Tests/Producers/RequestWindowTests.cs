using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Producers;

namespace Serverless.StorageEngine.Tests.Producers;

public sealed class RequestWindowTests
{
    private const long Now = 1_900_000_000_000;
    private const long Day = 24 * 60 * 60 * 1_000;

    [Fact]
    public void A_repeat_is_answered_with_its_first_offset_and_append_time()
    {
        var window = RequestWindow.Empty.With(new(Key(7), 0, 3, 100, 1_234, Now));

        Assert.Equal(new SequenceVerdict.Duplicate(100, 1_234), window.Judge(Key(7), 0, 3, Now));
    }

    [Fact]
    public void Another_request_is_new_whatever_its_neighbours_are()
    {
        var window = RequestWindow.Empty.With(new(Key(7), 0, 3, 100, -1, Now)).With(new(Key(9), 0, 3, 103, -1, Now));

        Assert.All([6, 8, 10], request => Assert.IsType<SequenceVerdict.Next>(window.Judge(Key(request), 0, 3, Now)));
    }

    [Fact]
    public void A_repeat_with_other_borders_is_one_as_long_as_its_records_lie_together()
    {
        var window = RequestWindow.Empty.With(new(Key(7), 0, 3, 100, -1, Now)).With(new(Key(7), 3, 3, 103, -1, Now));

        Assert.Equal(1, window.Count);
        Assert.Equal(new SequenceVerdict.Duplicate(102, -1), window.Judge(Key(7), 2, 3, Now));
    }

    [Fact]
    public void Repeated_records_that_lie_apart_or_have_other_append_times_must_be_asked_for_apart()
    {
        var apart = RequestWindow.Empty.With(new(Key(7), 0, 3, 100, -1, Now)).With(new(Key(7), 3, 3, 110, -1, Now));
        var timed = RequestWindow.Empty.With(new(Key(7), 0, 3, 100, 1, Now)).With(new(Key(7), 3, 3, 103, 2, Now));

        Assert.Equal(new SequenceVerdict.Split(2), apart.Judge(Key(7), 1, 4, Now));
        Assert.Equal(new SequenceVerdict.Split(2), timed.Judge(Key(7), 1, 4, Now));
    }

    [Fact]
    public void A_batch_is_cut_where_known_and_unknown_records_meet()
    {
        var window = RequestWindow.Empty.With(new(Key(7), 5, 3, 100, -1, Now));

        Assert.Equal(new SequenceVerdict.Split(2), window.Judge(Key(7), 3, 9, Now));
        Assert.Equal(new SequenceVerdict.Split(3), window.Judge(Key(7), 5, 9, Now));
    }

    [Fact]
    public void Records_in_front_of_and_behind_the_known_ones_are_new_with_gaps_or_without()
    {
        var window = RequestWindow.Empty.With(new(Key(7), 5, 3, 100, -1, Now));

        Assert.IsType<SequenceVerdict.Next>(window.Judge(Key(7), 3, 2, Now));
        Assert.IsType<SequenceVerdict.Next>(window.Judge(Key(7), 8, 9, Now));
        Assert.IsType<SequenceVerdict.Next>(window.Judge(Key(7), 20, 9, Now));
    }

    [Fact]
    public void A_request_is_known_for_a_day_of_the_logs_time()
    {
        var window = RequestWindow.Empty.With(new(Key(7), 0, 3, 100, -1, Now));

        Assert.IsType<SequenceVerdict.Duplicate>(window.Judge(Key(7), 0, 3, Now + Day));
        Assert.IsType<SequenceVerdict.Next>(window.Judge(Key(7), 0, 3, Now + Day + 1));
        Assert.Same(window, window.WithoutExpired(Now + Day));
        Assert.Equal(0, window.WithoutExpired(Now + Day + 1).Count);
    }

    [Fact]
    public void Records_behind_an_expired_run_are_found()
    {
        var window = RequestWindow.Empty
            .With(new(Key(7), 0, 3, 100, -1, Now))
            .With(new(Key(7), 5, 3, 200, -1, Now + Day));

        Assert.Equal(new SequenceVerdict.Split(3), window.Judge(Key(7), 2, 6, Now + Day + 1));
    }

    [Fact]
    public void A_request_that_comes_again_after_it_expired_replaces_its_old_run()
    {
        var window = RequestWindow.Empty
            .With(new(Key(7), 0, 3, 100, -1, Now))
            .With(new(Key(7), 0, 3, 200, -1, Now + Day + 1));

        Assert.Equal(1, window.Count);
        Assert.Equal(new SequenceVerdict.Duplicate(200, -1), window.Judge(Key(7), 0, 3, Now + Day + 1));
    }

    [Fact]
    public void Of_more_runs_than_are_remembered_the_oldest_goes()
    {
        var window = RequestWindow.Empty;
        for (var number = 0; number <= ProducerLimits.Default.RequestRunsMax; number++)
        {
            window = window.With(new(Key(number + 1), 0, 1, number, -1, Now));
        }

        Assert.Equal(ProducerLimits.Default.RequestRunsMax, window.Count);
        Assert.IsType<SequenceVerdict.Next>(window.Judge(Key(1), 0, 1, Now));
        Assert.Equal(new SequenceVerdict.Duplicate(1, -1), window.Judge(Key(2), 0, 1, Now));
    }

    [Fact]
    public void A_run_that_expired_does_not_go_on()
    {
        var window = RequestWindow.Empty.With(new(7, 0, 3, 100, -1, Now)).With(new(7, 3, 3, 103, -1, Now + Day + 1));

        Assert.IsType<SequenceVerdict.Next>(window.Judge(7, 0, 3, Now + Day + 1));
        Assert.Equal(new SequenceVerdict.Duplicate(103, -1), window.Judge(7, 3, 3, Now + Day + 1));
    }

    [Fact]
    public void A_run_that_goes_on_is_as_young_as_its_last_batch()
    {
        var window = RequestWindow.Empty
            .With(new(Key(7), 0, 3, 100, -1, Now))
            .With(new(Key(7), 3, 3, 103, -1, Now + Day))
            .With(new(Key(8), 0, 1, 106, -1, Now + Day));

        Assert.Equal(new SequenceVerdict.Duplicate(100, -1), window.Judge(Key(7), 0, 3, Now + Day + Day));
        Assert.Equal([Key(7), Key(8)], window.All.Select(static run => run.Request));
    }

    // Below the key, requests tell themselves apart from others with the same one.
    private static UInt128 Key(int key) => (UInt128)key << RequestKey.FingerprintBits;
}
