using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>What one poll returned of a partition.</summary>
/// <param name="Operation">The poll.</param>
/// <param name="Slice">The records and ends.</param>
/// <param name="From">The offset that was asked for, or -1.</param>
/// <param name="Alone">Whether the poll asked for this partition only.</param>
internal readonly record struct PolledSlice(Operation Operation, Slice Slice, long From, bool Alone);
