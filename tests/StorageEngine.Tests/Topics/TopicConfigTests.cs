using System.Collections.Immutable;
using CsCheck;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Topics;

public sealed class TopicConfigTests
{
    [Theory]
    [InlineData("retention.ms", "604800000")]
    [InlineData("retention.bytes", "-1")]
    [InlineData("segment.bytes", "1073741824")]
    [InlineData("segment.ms", "604800000")]
    [InlineData("max.message.bytes", "1048588")]
    [InlineData("message.timestamp.type", "CreateTime")]
    [InlineData("compression.type", "producer")]
    [InlineData("cleanup.policy", "delete")]
    [InlineData("file.delete.delay.ms", "60000")]
    [InlineData("append.interval.ms", "0")]
    [InlineData("delete.retention.ms", "86400000")]
    [InlineData("min.compaction.lag.ms", "0")]
    [InlineData("max.compaction.lag.ms", "9223372036854775807")]
    [InlineData("min.cleanable.dirty.ratio", "0.5")]
    [InlineData("remote.storage.enable", "true")]
    [InlineData("local.retention.ms", "3600000")]
    public void Defaults_are_Kafkas_or_said_not_to_be_and_valid(string name, string expected)
    {
        var definition = TopicConfigDefinitions.Find(name)!;

        Assert.Equal(expected, TopicConfig.Default.ValueOf(definition));
        Assert.True(definition.TryNormalize(definition.Default, out var normalized, out _));
        Assert.Equal(expected, normalized);
    }

    [Theory]
    [InlineData("retention.ms", "-1", "9223372036854775807")]
    [InlineData("retention.bytes", "-1", "9223372036854775807")]
    [InlineData("segment.bytes", "16384", "2147483647")]
    [InlineData("segment.ms", "1", "9223372036854775807")]
    [InlineData("max.message.bytes", "0", "4128768")]
    [InlineData("file.delete.delay.ms", "0", "9223372036854775807")]
    [InlineData("append.interval.ms", "0", "60000")]
    [InlineData("delete.retention.ms", "0", "9223372036854775807")]
    [InlineData("min.compaction.lag.ms", "0", "9223372036854775807")]
    [InlineData("max.compaction.lag.ms", "1", "9223372036854775807")]
    [InlineData("min.cleanable.dirty.ratio", "0", "1")]
    [InlineData("local.retention.ms", "-2", "9223372036854775807")]
    public void Numbers_are_taken_at_their_bounds_and_refused_beyond(string name, string least, string most)
    {
        Assert.True(TopicConfigDefinitions.TryNormalize(name, least, out _, out _));
        Assert.True(TopicConfigDefinitions.TryNormalize(name, most, out _, out _));
        Assert.False(TopicConfigDefinitions.TryNormalize(name, Beyond(least, -1), out _, out var low));
        Assert.False(TopicConfigDefinitions.TryNormalize(name, Beyond(most, 1), out _, out var high));
        Assert.Equal(
            $"Invalid value {Beyond(least, -1)} for configuration {name}: Value must be at least {least}", low);
        Assert.StartsWith(
            $"Invalid value {Beyond(most, 1)} for configuration {name}: ", high, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("message.timestamp.type", "CreateTime", "LogAppendTime")]
    [InlineData("compression.type", "uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")]
    [InlineData("cleanup.policy", "compact", "delete")]
    public void Words_are_exactly_those_of_the_list(string name, params string[] words)
    {
        Assert.All(words, word => Assert.True(TopicConfigDefinitions.TryNormalize(name, word, out _, out _)));
        Assert.False(TopicConfigDefinitions.TryNormalize(name, words[0].ToUpperInvariant(), out _, out var problem));
        Assert.Equal(
            $"Invalid value {words[0].ToUpperInvariant()} for configuration {name}: "
            + $"String must be one of: {string.Join(", ", words)}",
            problem);
    }

    [Theory]
    [InlineData(
        "cleanup.policy", "delete,keep", "Invalid value keep for configuration cleanup.policy: String must be one of: compact, delete")]
    [InlineData(
        "cleanup.policy", "", "Invalid value  for configuration cleanup.policy: String must be one of: compact, delete")]
    [InlineData(
        "cleanup.policy", "delete,", "Invalid value  for configuration cleanup.policy: String must be one of: compact, delete")]
    [InlineData(
        "min.cleanable.dirty.ratio", "half", "Invalid value half for configuration min.cleanable.dirty.ratio: Not a number of type DOUBLE")]
    [InlineData(
        "min.cleanable.dirty.ratio", "NaN", "Invalid value NaN for configuration min.cleanable.dirty.ratio: Not a number of type DOUBLE")]
    [InlineData(
        "min.cleanable.dirty.ratio", "1.01", "Invalid value 1.01 for configuration min.cleanable.dirty.ratio: Value must be no more than 1")]
    [InlineData(
        "remote.storage.enable", "1", "Invalid value 1 for configuration remote.storage.enable: Expected value to be either true or false")]
    [InlineData("segment.ms", "soon", "Invalid value soon for configuration segment.ms: Not a number of type LONG")]
    [InlineData(
        "segment.bytes", "2147483648", "Invalid value 2147483648 for configuration segment.bytes: Not a number of type INT")]
    [InlineData("segment.ms", "", "Invalid value  for configuration segment.ms: Not a number of type LONG")]
    [InlineData("segment.ms", "1.5", "Invalid value 1.5 for configuration segment.ms: Not a number of type LONG")]
    [InlineData("segment.ms", null, "Null value not supported for topic configs: segment.ms")]
    [InlineData("min.insync.replicas", "1", "Unknown topic config name: min.insync.replicas")]
    [InlineData("Segment.Ms", "1", "Unknown topic config name: Segment.Ms")]
    public void A_refusal_says_Kafkas_sentence(string name, string? value, string expected)
    {
        Assert.False(TopicConfigDefinitions.TryNormalize(name, value, out _, out var problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void A_long_bad_value_is_quoted_in_part_only()
    {
        Assert.False(TopicConfigDefinitions.TryNormalize("segment.ms", new string('9', 9_999), out _, out var problem));
        Assert.True(problem.Length < 200);
    }

    [Theory]
    [InlineData("segment.ms", " +0100 ", "100")]
    [InlineData("min.cleanable.dirty.ratio", " 5e-1 ", "0.5")]
    [InlineData("min.cleanable.dirty.ratio", "1.0", "1")]
    [InlineData("min.cleanable.dirty.ratio", "-0", "0")]
    [InlineData("remote.storage.enable", "TRUE", "true")]
    [InlineData("remote.storage.enable", " False ", "false")]
    [InlineData("cleanup.policy", "delete", "delete")]
    [InlineData("cleanup.policy", " delete , compact ", "compact,delete")]
    [InlineData("cleanup.policy", "compact,delete,compact", "compact,delete")]
    public void A_value_is_stored_in_one_form_whatever_form_it_came_in(string name, string text, string stored)
    {
        Assert.True(TopicConfigDefinitions.TryNormalize(name, text, out var normalized, out _));
        Assert.Equal(stored, normalized);
    }

    [Fact]
    public void The_topics_own_value_goes_before_the_nodes_and_that_before_Kafkas()
    {
        var config = new TopicConfig(
            Settings(("segment.ms", "5")), Settings(("segment.ms", "6"), ("append.interval.ms", "250")));

        Assert.Equal(TimeSpan.FromMilliseconds(5), config.SegmentAge);
        Assert.Equal(TimeSpan.FromMilliseconds(250), config.AppendInterval);
        Assert.Equal(1_048_588, config.MaxMessageBytes);
    }

    [Fact]
    public void Every_typed_property_reads_its_own_setting()
    {
        var config = new TopicConfig(
            Settings(
                ("append.interval.ms", "1"), ("max.message.bytes", "2"),
                ("retention.bytes", "3"), ("retention.ms", "4"),
                ("segment.bytes", "16389"), ("segment.ms", "6"), ("message.timestamp.type", "LogAppendTime"),
                ("cleanup.policy", "compact"), ("delete.retention.ms", "7"), ("file.delete.delay.ms", "8"),
                ("min.compaction.lag.ms", "9"), ("max.compaction.lag.ms", "10"), ("min.cleanable.dirty.ratio", "0.11"),
                ("remote.storage.enable", "false"), ("local.retention.ms", "12")),
            Settings());

        Assert.Equal(TimeSpan.FromMilliseconds(1), config.AppendInterval);
        Assert.Equal(2, config.MaxMessageBytes);
        Assert.Equal(3, config.RetentionBytes);
        Assert.Equal(TimeSpan.FromMilliseconds(4), config.RetentionTime);
        Assert.Equal(16_389, config.SegmentBytes);
        Assert.Equal(TimeSpan.FromMilliseconds(6), config.SegmentAge);
        Assert.True(config.LogAppendTime);
        Assert.Equal((true, false), (config.Compacts, config.Deletes));
        Assert.Equal(TimeSpan.FromMilliseconds(7), config.DeleteRetention);
        Assert.Equal(TimeSpan.FromMilliseconds(8), config.FileDeleteDelay);
        Assert.Equal(TimeSpan.FromMilliseconds(9), config.MinCompactionLag);
        Assert.Equal(TimeSpan.FromMilliseconds(10), config.MaxCompactionLag);
        Assert.Equal(0.11, config.MinCleanableDirtyRatio);
        Assert.False(config.RemoteStorage);
        Assert.Equal(TimeSpan.FromMilliseconds(12), config.LocalRetention);
    }

    [Theory]
    [InlineData("delete", true, false)]
    [InlineData("compact", false, true)]
    [InlineData("compact,delete", true, true)]
    public void The_cleanup_policy_says_what_goes(string policy, bool deletes, bool compacts)
    {
        var config = new TopicConfig(Settings(("cleanup.policy", policy)), Settings());

        Assert.Equal((deletes, compacts), (config.Deletes, config.Compacts));
    }

    [Theory]
    [InlineData("5000000", 5_000_000)]
    [InlineData("5", 1_048_576)]
    [InlineData("-1", 1_073_741_824)]
    [InlineData("2000000000", 1_073_741_824)]
    public void Segments_whose_size_the_topic_does_not_say_are_no_larger_than_what_is_kept(string kept, long expected)
    {
        Assert.Equal(expected, new TopicConfig(Settings(("retention.bytes", kept)), Settings()).SegmentBytes);
        Assert.Equal(
            16_384,
            new TopicConfig(Settings(("retention.bytes", kept), ("segment.bytes", "16384")), Settings()).SegmentBytes);
    }

    [Theory]
    [InlineData("compact", 5)]
    [InlineData("delete", 6)]
    public void Segments_of_a_compacted_topic_are_sealed_before_its_largest_lag(string policy, double milliseconds) =>
        Assert.Equal(
            TimeSpan.FromMilliseconds(milliseconds),
            new TopicConfig(
                Settings(("cleanup.policy", policy), ("max.compaction.lag.ms", "5"), ("segment.ms", "6")),
                Settings()).SegmentAge);

    [Fact]
    public void Minus_one_means_no_retention_limit_and_the_longest_time_does_not_overflow()
    {
        var config = new TopicConfig(
            Settings(("retention.ms", "-1"), ("segment.ms", "9223372036854775807")), Settings());

        Assert.Null(config.RetentionTime);
        Assert.Null(config.RetentionBytes);
        Assert.Equal(TimeSpan.MaxValue, config.SegmentAge);
        Assert.Equal(TimeSpan.MaxValue, config.MaxCompactionLag);
        Assert.Null(new TopicConfig(Settings(("local.retention.ms", "-2")), Settings()).LocalRetention);
    }

    [Fact]
    public void A_stored_value_that_was_never_valid_is_damage() =>
        Assert.Throws<CorruptDataException>(() => new TopicConfig(Settings(("segment.ms", "never")), Settings()));

    [Fact]
    public void Whatever_text_comes_the_answer_is_a_value_or_a_sentence() =>
        Gen.Select(
                Gen.Int[0, TopicConfigDefinitions.All.Length - 1],
                Gen.OneOf(Gen.String, Gen.Long.Select(n => $"{n}")))
            .Sample((index, text) =>
            {
                var definition = TopicConfigDefinitions.All[index];
                var valid = definition.TryNormalize(text, out var normalized, out var problem);
                Assert.Equal(valid, problem is null);
                Assert.True(
                    !valid || (definition.TryNormalize(normalized, out var again, out _) && again == normalized));
            });

    private static string Beyond(string bound, int step) => $"{Int128.Parse(bound, null) + step}";

    private static ImmutableSortedDictionary<string, string> Settings(params (string Name, string Value)[] settings) =>
        settings.ToImmutableSortedDictionary(setting => setting.Name, setting => setting.Value);
}
