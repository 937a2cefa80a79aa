using Serverless.StorageEngine.Retention.Compaction;

namespace Serverless.StorageEngine.Tests.Retention.Compaction;

/// <summary>What a log that is compacted must still say.</summary>
internal sealed class CompactionModel(long deleteRetentionMs)
{
    private readonly Dictionary<long, (string? Key, string? Value)> _appended = [];
    private readonly Dictionary<string, long> _last = [];
    private readonly Dictionary<long, long> _met = [];
    private long _metTo;
    private long _now;

    public void Append(long baseOffset, (string Key, string? Value)[] records)
    {
        for (var place = 0; place < records.Length; place++)
        {
            _appended.Add(baseOffset + place, records[place]);
            _last[records[place].Key] = baseOffset + place;
        }
    }

    /// <summary>A tombstone's time to stay begins when a compaction first met it.</summary>
    public void NoteCompaction(CompactionPass? pass, int steps, long now)
    {
        _now = now;
        if (pass is null || steps == 0 || pass.Groups.IsEmpty)
        {
            return;
        }

        var end = pass.Groups.Length <= steps
            ? pass.EndOffset
            : pass.Groups[steps - 1].Sources[^1].Row.NextOffset;
        for (; _metTo < Math.Min(end, pass.EndOffset); _metTo++)
        {
            _met.TryAdd(_metTo, now);
        }
    }

    public void AssertHolds(IReadOnlyList<(long Offset, string? Key, string? Value)> records)
    {
        Assert.Equal(records.Select(static record => record.Offset).Order(), records.Select(static r => r.Offset));
        Assert.Equal(records.Count, records.DistinctBy(static record => record.Offset).Count());
        Assert.All(records, record => Assert.Equal(_appended[record.Offset], (record.Key, record.Value)));
        var kept = records.ToDictionary(static record => record.Offset);
        foreach (var (key, offset) in _last)
        {
            if (!kept.ContainsKey(offset))
            {
                Assert.Null(_appended[offset].Value);
                Assert.InRange(_now - _met[offset], deleteRetentionMs, long.MaxValue);
                Assert.DoesNotContain(records, record => record.Key == key);
            }
        }
    }
}
