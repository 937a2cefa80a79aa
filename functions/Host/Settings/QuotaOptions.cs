using Serverless.StorageEngine.Quotas;

namespace Serverless.Functions.Host.Settings;

/// <summary>The settings of quotas: what holds where no stored quota says something else.</summary>
internal static class QuotaOptions
{
    private static readonly QuotaSettings Defaults = new();

    /// <summary>Bytes that each principal may produce.</summary>
    public static readonly Setting<long> UserProducerByteRate = Rate(
        "quota-user-producer-byte-rate", "bytes a second", "what each principal may produce through this node");

    /// <summary>Bytes that each principal may consume.</summary>
    public static readonly Setting<long> UserConsumerByteRate = Rate(
        "quota-user-consumer-byte-rate", "bytes a second", "what each principal may consume through this node");

    /// <summary>Requests that each principal may make.</summary>
    public static readonly Setting<long> UserRequestRate = Rate(
        "quota-user-request-rate", "requests a second", "how often each principal may ask this node");

    /// <summary>Bytes that may be produced to each topic.</summary>
    public static readonly Setting<long> TopicProducerByteRate = Rate(
        "quota-topic-producer-byte-rate", "bytes a second", "what all may produce to each topic through this node");

    /// <summary>Bytes that may be consumed of each topic.</summary>
    public static readonly Setting<long> TopicConsumerByteRate = Rate(
        "quota-topic-consumer-byte-rate", "bytes a second", "what all may consume of each topic through this node");

    /// <summary>Requests about each topic.</summary>
    public static readonly Setting<long> TopicRequestRate = Rate(
        "quota-topic-request-rate", "requests a second", "how often all may ask this node about each topic");

    /// <summary>See <see cref="QuotaSettings.Window"/>.</summary>
    public static readonly Setting<TimeSpan> Window = Setting.Milliseconds(
        "quota-window-ms",
        Defaults.Window,
        100,
        60_000,
        "what a quota gives at once after a rest is its rate for this long");

    /// <summary>See <see cref="QuotaSettings.FailedLoginRate"/>.</summary>
    public static readonly Setting<long> FailedLoginRate = Rate(
        "quota-failed-login-rate",
        "requests a second",
        "how many wrong keys and tokens one address may show before unknown tokens are refused unseen; behind the"
        + " Functions host, where addresses are not known, all together may show 25 times as many",
        Defaults.FailedLoginRate);

    /// <summary>See <see cref="QuotaSettings.BucketsMax"/>.</summary>
    public static readonly Setting<long> BucketsMax = Setting.Number(
        "quota-buckets-max",
        Defaults.BucketsMax,
        100,
        1_000_000,
        "quotas",
        "of how many quotas, and of how many addresses, this node remembers how much is used");

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        UserProducerByteRate, UserConsumerByteRate, UserRequestRate, TopicProducerByteRate, TopicConsumerByteRate,
        TopicRequestRate, Window, FailedLoginRate, BucketsMax,
    ];

    /// <summary>Puts the values together.</summary>
    /// <param name="values">What the operator set.</param>
    public static QuotaSettings Read(SettingValues values)
    {
        return new()
        {
            Users = new(RateOf(UserProducerByteRate), RateOf(UserConsumerByteRate), RateOf(UserRequestRate)),
            Topics = new(RateOf(TopicProducerByteRate), RateOf(TopicConsumerByteRate), RateOf(TopicRequestRate)),
            Window = values.Get(Window),
            FailedLoginRate = values.Get(FailedLoginRate),
            BucketsMax = (int)values.Get(BucketsMax),
        };

        long? RateOf(Setting<long> setting) => values.Get(setting) is > 0 and var rate ? rate : null;
    }

    private static Setting<long> Rate(string name, string unit, string meaning, long value = 0) =>
        Setting.Number(name, value, 0, QuotaLimits.Most, unit, meaning + "; 0 for no limit");
}
