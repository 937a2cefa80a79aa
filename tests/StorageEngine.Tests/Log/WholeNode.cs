using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Tests.Log;

/// <summary>The engine of one process.</summary>
internal sealed record WholeNode(EventLog Log, TopicCatalog Topics, GroupCoordinator Groups, GroupReader Reader);
