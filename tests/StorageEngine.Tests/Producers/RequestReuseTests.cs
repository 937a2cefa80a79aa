using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Tests.Log;

namespace Serverless.StorageEngine.Tests.Producers;

/// <summary>Two requests that come under one idempotency key.</summary>
public sealed class RequestReuseTests
{
    private const long Noon = 1_000_000_000;

    private static readonly RequestKey Key = RequestKey.Of(LogWorld.TopicOf().Id, "order-1", 0);

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(0)]
    [InlineData(uint.MaxValue)]
    public void A_key_that_came_with_another_fingerprint_is_reused_at_any_ordinal(uint fingerprint)
    {
        var window = RequestWindow.Empty.With(Run(Key.WithFingerprint(5), firstOrdinal: 3, baseOffset: 0));
        var other = Key.WithFingerprint(fingerprint).Request;

        Assert.IsType<SequenceVerdict.Reused>(window.Judge(other, 0, 1, Noon));
        Assert.IsType<SequenceVerdict.Reused>(window.Judge(other, 3, 1, Noon));
        Assert.IsType<SequenceVerdict.Reused>(window.Judge(other, 9, 1, Noon));
    }

    [Fact]
    public void The_same_fingerprint_is_a_repetition()
    {
        var window = RequestWindow.Empty.With(Run(Key.WithFingerprint(5), firstOrdinal: 0, baseOffset: 40));

        var verdict = window.Judge(Key.WithFingerprint(5).Request, 0, 1, Noon);

        Assert.Equal(40, Assert.IsType<SequenceVerdict.Duplicate>(verdict).BaseOffset);
    }

    [Fact]
    public void Neighbouring_keys_do_not_disturb_each_other()
    {
        var above = new RequestKey((UInt128)Key.Request + ((UInt128)1 << RequestKey.FingerprintBits), 0);
        var below = new RequestKey((UInt128)Key.Request - ((UInt128)1 << RequestKey.FingerprintBits), 0);
        var window = RequestWindow.Empty
            .With(Run(below.WithFingerprint(uint.MaxValue), firstOrdinal: 0, baseOffset: 0))
            .With(Run(above.WithFingerprint(0), firstOrdinal: 0, baseOffset: 1));

        Assert.IsType<SequenceVerdict.Next>(window.Judge(Key.WithFingerprint(5).Request, 0, 1, Noon));
    }

    [Fact]
    public void An_expired_request_gives_its_key_free()
    {
        var window = RequestWindow.Empty.With(Run(Key.WithFingerprint(5), firstOrdinal: 0, baseOffset: 0));

        var verdict = window.Judge(Key.WithFingerprint(6).Request, 0, 1, Noon + ProducerLimits.Default.ExpirationMs + 1);

        Assert.IsType<SequenceVerdict.Next>(verdict);
    }

    [Theory]
    [InlineData(4, 5, 9)]
    [InlineData(9, 5, 4)]
    public void An_expired_request_hides_no_living_one_of_its_key(uint asked, uint expired, uint living)
    {
        var now = Noon + ProducerLimits.Default.ExpirationMs + 1;
        var window = RequestWindow.Empty
            .With(Run(Key.WithFingerprint(expired), firstOrdinal: 0, baseOffset: 0))
            .With(Run(Key.WithFingerprint(living), firstOrdinal: 0, baseOffset: 1) with { LastTime = now });

        Assert.IsType<SequenceVerdict.Reused>(window.Judge(Key.WithFingerprint(asked).Request, 0, 1, now));
    }

    private static RequestRun Run(RequestKey key, int firstOrdinal, long baseOffset) =>
        new(key.Request, firstOrdinal, RecordCount: 1, baseOffset, SequenceVerdict.NoAppendTime, LastTime: Noon);
}
