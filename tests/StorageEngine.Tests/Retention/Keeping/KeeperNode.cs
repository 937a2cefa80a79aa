using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Retention;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Retention.Keeping;

/// <summary>One process with a keeper.</summary>
internal sealed record KeeperNode(EventLog Log, TopicCatalog Topics, Keeper Keeper);
