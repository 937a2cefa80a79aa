using Serverless.StorageEngine.Groups.Cleanup;

namespace Serverless.StorageEngine.Retention;

/// <summary>What one run of <see cref="StoreMaintenance"/> did.</summary>
/// <param name="Run">To the logs.</param>
/// <param name="Groups">To groups and their offsets; null when another node has just begun with that, or one topic was
/// asked for.</param>
public sealed record MaintenanceReport(KeeperReport Run, OffsetCleanupReport? Groups);
