using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>Tells the meters what a step did.</summary>
internal static class KeeperMeters
{
    /// <summary>Counts it.</summary>
    public static void Count(EngineMeters meters, KeeperCounts did)
    {
        meters.CountKept("sealed", did.SegmentsSealed, 0);
        meters.CountKept("retired", did.SegmentsRetired, did.BytesRetired);
        meters.CountKept("deleted", did.SegmentsDeleted, did.BytesDeleted);
        meters.CountKept("carriers_deleted", did.CarriersDeleted, did.BytesOfCarriersDeleted);
        meters.CountKept("copied", did.SegmentsCopied, did.BytesCopied);
        meters.CountKept("compacted", did.SegmentsCompacted, did.BytesCompacted);
        meters.KeeperFaults.Add(did.Faults);
    }
}
