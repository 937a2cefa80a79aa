using System.Text;
using CsCheck;
using Serverless.StorageEngine.Retention.Compaction;

namespace Serverless.StorageEngine.Tests.Retention.Compaction;

public sealed class KeyMapTests
{
    // Few keys of all lengths, so that many records share one; the offsets leave gaps.
    private static readonly Gen<(byte[] Key, int Gap)[]> Records =
        Gen.Select(Gen.Byte[0, 9].Array[0, 2], Gen.Int[0, 5]).Array[0, 300];

    [Fact]
    public void A_map_knows_the_last_offset_of_each_key_as_a_dictionary_does() =>
        Gen.Select(Records, Gen.Long[0, 1L << 50]).Sample(static (records, baseOffset) =>
        {
            var map = KeyMap.For(baseOffset, records.Length, KeyMap.BytesDefault, new KeyMapMemory());
            var known = new Dictionary<string, long>();
            var offset = baseOffset;
            foreach (var (key, gap) in records)
            {
                var name = Convert.ToHexString(key);
                Assert.True(map.TryPut(key, offset, out var outdated));
                Assert.Equal(known.GetValueOrDefault(name, -1), outdated);
                known[name] = offset;
                offset += 1 + gap;
            }

            Assert.Equal(known.Count, map.Count);
            Assert.All(known, one => Assert.Equal(one.Value, map.LastOffsetOf(Convert.FromHexString(one.Key))));
            Assert.Equal(-1, map.LastOffsetOf("another key"u8));
        });

    [Fact]
    public void A_map_for_a_range_has_room_for_as_many_keys_as_the_range_has_records() =>
        Gen.Int[0, 2_000].Sample(static count =>
        {
            var map = KeyMap.For(0, count, KeyMap.BytesDefault, new KeyMapMemory());

            Fill(map, count);
            Assert.All(
                Enumerable.Range(0, count), number => Assert.Equal(number, map.LastOffsetOf(KeyOf(number))));
        });

    [Fact]
    public void The_map_of_a_small_range_is_small_whatever_a_node_may_spend() =>
        Assert.InRange(KeyMap.For(0, 1_000, KeyMap.BytesDefault, new KeyMapMemory()).CountMax, 1_000, 1_100);

    [Fact]
    public void A_node_has_room_for_ten_million_keys() =>
        Assert.InRange(
            KeyMap.For(0, long.MaxValue, KeyMap.BytesDefault, new KeyMapMemory()).CountMax, 11_000_000, int.MaxValue);

    [Fact]
    public void A_full_map_takes_no_other_key_and_still_takes_later_records_of_those_it_has()
    {
        var map = KeyMap.For(100, 1_000, 10 * KeyMap.SlotBytes, new KeyMapMemory());
        for (var number = 0; number < map.CountMax; number++)
        {
            Assert.True(map.TryPut(KeyOf(number), 100 + number, out _));
        }

        Assert.False(map.TryPut("one more"u8, 500, out _));
        Assert.True(map.TryPut(KeyOf(3), 501, out var outdated));

        Assert.Equal(8, map.CountMax);
        Assert.Equal(103, outdated);
        Assert.Equal(501, map.LastOffsetOf(KeyOf(3)));
        Assert.Equal(-1, map.LastOffsetOf("one more"u8));
    }

    [Fact]
    public void An_offset_that_lies_too_far_behind_the_range_has_no_room()
    {
        var map = KeyMap.For(7, 10, KeyMap.BytesDefault, new KeyMapMemory());

        Assert.True(map.TryPut("a"u8, 7L + uint.MaxValue - 1, out _));
        Assert.False(map.TryPut("a"u8, 7L + uint.MaxValue, out _));

        Assert.Equal(7L + uint.MaxValue - 1, map.LastOffsetOf("a"u8));
    }

    [Fact]
    public void An_earlier_record_that_comes_late_is_the_outdated_one()
    {
        var map = KeyMap.For(0, 10, KeyMap.BytesDefault, new KeyMapMemory());
        map.TryPut("a"u8, 5, out _);

        Assert.True(map.TryPut("a"u8, 2, out var outdated));

        Assert.Equal(2, outdated);
        Assert.Equal(5, map.LastOffsetOf("a"u8));
    }

    [Fact]
    public void A_map_in_the_memory_of_another_one_knows_nothing_of_it() =>
        Gen.Select(Gen.Int[0, 2_000], Gen.Int[0, 2_000]).Sample(static (first, second) =>
        {
            var memory = new KeyMapMemory();
            Fill(KeyMap.For(0, first, KeyMap.BytesDefault, memory), first);

            var map = KeyMap.For(0, second, KeyMap.BytesDefault, memory);

            Assert.Equal(0, map.Count);
            Assert.All(Enumerable.Range(0, first), number => Assert.Equal(-1, map.LastOffsetOf(KeyOf(number))));
            Fill(map, second);
        });

    [Fact]
    public void Maps_one_after_the_other_take_the_memory_of_the_largest_one_alone()
    {
        const int Records = 3 * KeyMapMemory.ChunkSlots;
        var memory = new KeyMapMemory();
        KeyMap.For(0, Records, KeyMap.BytesDefault, memory);
        var before = GC.GetAllocatedBytesForCurrentThread();

        KeyMap.For(0, 100, KeyMap.BytesDefault, memory);
        KeyMap.For(0, Records, KeyMap.BytesDefault, memory);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }

    [Fact]
    public void Neither_noting_nor_finding_a_key_allocates()
    {
        var map = KeyMap.For(0, 1_000, KeyMap.BytesDefault, new KeyMapMemory());
        var key = KeyOf(1);
        map.TryPut(key, 0, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var offset = 1; offset < 100; offset++)
        {
            map.TryPut(key, offset, out _);
            map.LastOffsetOf(key);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Fill(KeyMap map, int count) =>
        Assert.All(Enumerable.Range(0, count), number => Assert.True(map.TryPut(KeyOf(number), number, out _)));

    private static byte[] KeyOf(int number) => Encoding.UTF8.GetBytes($"key {number}");
}
