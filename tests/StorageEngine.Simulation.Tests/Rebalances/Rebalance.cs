namespace Serverless.StorageEngine.Simulation.Tests.Rebalances;

/// <summary>What one rebalance took.</summary>
/// <param name="Took">From its cause until every partition was at the living member that should have it.</param>
/// <param name="TableCalls">All calls of the table meanwhile, also those of members that had nothing to do with
/// it.</param>
/// <param name="Moved">The partitions that ended at another member than the one that had them.</param>
/// <param name="LeastMoves">How few would have been enough for a balance.</param>
/// <param name="LongestGap">The longest time that any partition was without a living owner.</param>
internal sealed record Rebalance(TimeSpan Took, long TableCalls, int Moved, int LeastMoves, TimeSpan LongestGap);
