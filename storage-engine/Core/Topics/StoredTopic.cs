using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Topics;

/// <summary>A topic as read, with the version that a change of it depends on.</summary>
internal sealed record StoredTopic(Topic Topic, RowVersion Version);
