namespace Serverless.StorageEngine.Storage;

/// <summary>One page of a query.</summary>
/// <param name="Rows">In ordinal order of their keys.</param>
/// <param name="More">Whether further rows of the range may follow the last one.</param>
public sealed record TablePage(IReadOnlyList<TableRow> Rows, bool More);
