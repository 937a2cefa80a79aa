using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Log.Rows;

/// <summary>A log's head row as it was read.</summary>
/// <param name="Row">What it says.</param>
/// <param name="Version">Its version then.</param>
internal readonly record struct StoredHead(HeadRow Row, RowVersion Version);
