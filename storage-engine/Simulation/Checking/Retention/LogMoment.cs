using Serverless.StorageEngine.Simulation.Checking.Clients;
using Serverless.StorageEngine.Simulation.Checking.Logs;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Retention;

/// <summary>One change of the rows of a log, and what was there when it took effect.</summary>
/// <param name="Transaction">The change.</param>
/// <param name="Before">The rows before …</param>
/// <param name="After">… and after it.</param>
/// <param name="Scan">All that was ever stored of the log.</param>
/// <param name="History">What clients asked of the partition.</param>
/// <param name="Policy">What the topic says.</param>
/// <param name="Storage">The segments at that moment.</param>
internal sealed record LogMoment(
    StoredRows Transaction,
    RowsOfLog Before,
    RowsOfLog After,
    LogScan Scan,
    PartitionHistory History,
    TopicPolicy Policy,
    SegmentsStored Storage);
