using Microsoft.Extensions.Time.Testing;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.SharedLogs;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>A segment in a shared log keeps the promises of one that has a blob of its own.</summary>
public sealed class SharedSegmentAppendTests : SegmentAppendConformance
{
    protected override ISegmentStore Store { get; } = SharedStores.Create();

    protected override string Prefix => SharedStores.Prefix;
}

public sealed class SharedSegmentReadTests : SegmentReadConformance
{
    protected override ISegmentStore Store { get; } = SharedStores.Create();

    protected override string Prefix => SharedStores.Prefix;
}

public sealed class SharedSegmentLifeTests : SegmentLifeConformance
{
    protected override ISegmentStore Store { get; } = SharedStores.Create();

    protected override string Prefix => SharedStores.Prefix;
}

/// <summary>Beside shared logs, segments have blobs of their own as before.</summary>
public sealed class SegmentAppendBesideSharedTests : SegmentAppendConformance
{
    protected override ISegmentStore Store { get; } = SharedStores.Create();
}

public sealed class SegmentReadBesideSharedTests : SegmentReadConformance
{
    protected override ISegmentStore Store { get; } = SharedStores.Create();
}

public sealed class SegmentLifeBesideSharedTests : SegmentLifeConformance
{
    protected override ISegmentStore Store { get; } = SharedStores.Create();
}

public sealed class SegmentWholeBesideSharedTests : SegmentWholeConformance
{
    protected override ISegmentStore Store { get; } = SharedStores.Create();
}

/// <summary>Carriers so small that every test crosses several of them.</summary>
public sealed class SharedSegmentInSmallCarriersTests : SegmentReadConformance
{
    protected override ISegmentStore Store { get; } =
        SharedStores.Create(new SharedTuning { CarrierBytes = 100, PieceBytesMax = 1_000 });

    protected override string Prefix => SharedStores.Prefix;
}

public sealed class SharedSegmentAppendInSmallCarriersTests : SegmentAppendConformance
{
    protected override ISegmentStore Store { get; } =
        SharedStores.Create(new SharedTuning { CarrierBlocks = 1, RowsCachedMax = 1 }, recentBytesMax: 0);

    protected override string Prefix => SharedStores.Prefix;
}

internal static class SharedStores
{
    public const string Prefix = "shared/g-conformance/";

    public static ISegmentStore Create(SharedTuning? tuning = null, long recentBytesMax = 1_000_000)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60)) { AutoAdvanceAmount = default };
        return new SharedSegmentStore(new SharedContext(
            new SimulatedSegmentStore(),
            [""],
            new SimulatedTableStore(time),
            tuning ?? new SharedTuning(),
            new RecentPieces(recentBytesMax),
            new EngineMeters(),
            TimeProvider.System,
            new Random(1)));
    }
}
