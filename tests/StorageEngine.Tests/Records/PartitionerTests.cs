using System.Text;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Tests.Records;

public sealed class PartitionerTests
{
    // The values of Kafka's own tests of Utils.murmur2.
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void A_key_hashes_as_in_Kafkas_clients(string key, int expected) =>
        Assert.Equal(expected, Partitioner.Murmur2(Encoding.UTF8.GetBytes(key)));

    // The hash without its sign bit, modulo 6: (2^31 - 973932308) mod 6 = 1173551340 mod 6 = 0, and so on.
    [Theory]
    [InlineData("21", 0)]
    [InlineData("foobar", 0)]
    [InlineData("a-little-bit-long-string", 2)]
    [InlineData("abc", 3)]
    public void The_sign_bit_is_cleared_before_the_remainder_is_taken(string key, int expected) =>
        Assert.Equal(expected, Partitioner.PartitionOf(Encoding.UTF8.GetBytes(key), 6));

    [Fact]
    public void An_empty_key_is_a_key() => Assert.Equal(0, Partitioner.PartitionOf([], 1));

    [Fact]
    public void A_topic_without_partitions_is_a_bug_of_the_caller() =>
        Assert.Throws<InvariantViolatedException>(static () => Partitioner.PartitionOf("k"u8, 0));
}
