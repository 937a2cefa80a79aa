using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>That a run is at a topic, as its row says.</summary>
/// <param name="Key">The row's key.</param>
/// <param name="Row">The row as this run wrote it last.</param>
/// <param name="Version">Its version.</param>
/// <param name="SavedAt">The time provider's timestamp of that write.</param>
internal sealed record TopicLease(string Key, TopicKeeperRow Row, RowVersion Version, long SavedAt);
