using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

public sealed class RequestKeyTests
{
    private static readonly TopicId Topic = LogWorld.TopicOf().Id;

    [Fact]
    public void The_same_key_on_the_same_topic_names_the_same_request() =>
        Assert.Equal(RequestKey.Of(Topic, "order-1 ☃", 0), RequestKey.Of(Topic, "order-1 ☃", 0));

    [Fact]
    public void Another_key_and_another_topic_name_another_request()
    {
        var key = RequestKey.Of(Topic, "order-1", 0);

        Assert.NotEqual(key, RequestKey.Of(Topic, "order-2", 0));
        Assert.NotEqual(key, RequestKey.Of(new TopicId((UInt128)8 << 24), "order-1", 0));
    }

    // Persisted in the log: a later version must find what this one stored.
    [Fact]
    public void The_hash_of_a_request_never_changes() => Assert.Equal(
        UInt128.Parse("846bf390e5c699d1de5850b700000000", System.Globalization.NumberStyles.HexNumber, null),
        RequestKey.Of(Topic, "order-1", 0).Request);

    [Fact]
    public void A_fingerprint_takes_the_lowest_32_bits_and_the_last_one_counts()
    {
        var key = RequestKey.Of(Topic, "order-1", 7);

        Assert.Equal(new RequestKey(key.Request with { Low = key.Request.Low | uint.MaxValue }, 7), key.WithFingerprint(uint.MaxValue));
        Assert.Equal(key.WithFingerprint(5), key.WithFingerprint(uint.MaxValue).WithFingerprint(5));
    }
}
