using Serverless.StorageEngine.Storage;

namespace Serverless.Benchmarks.Latency;

/// <summary>What one blob takes in a second, as the service counts: by whole seconds. Not for several threads.</summary>
/// <param name="appendsPerSecondMax">The most appends.</param>
internal sealed class BlobThrottle(int appendsPerSecondMax)
{
    private readonly Dictionary<SegmentName, (long Second, int Appends)> _blobs = [];

    /// <summary>How many appends were refused.</summary>
    public long Refused { get; private set; }

    /// <summary>Counts an append, unless there are too many in its second already.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="now">When it arrives.</param>
    public bool TryTake(SegmentName blob, DateTimeOffset now)
    {
        var (second, appends) = _blobs.GetValueOrDefault(blob);
        appends = second == now.ToUnixTimeSeconds() ? appends : 0;
        if (appends >= appendsPerSecondMax)
        {
            Refused++;
            return false;
        }

        _blobs[blob] = (now.ToUnixTimeSeconds(), appends + 1);
        return true;
    }
}
