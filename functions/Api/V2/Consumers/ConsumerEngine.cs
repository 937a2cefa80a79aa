using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary>What the consumer endpoints work with.</summary>
/// <param name="Engine">Topics, logs and limits.</param>
/// <param name="Groups">The groups and their instances.</param>
/// <param name="Reader">The way of records to an instance.</param>
/// <param name="Random">The only source of randomness.</param>
internal sealed record ConsumerEngine(Engine Engine, GroupCoordinator Groups, GroupReader Reader, Random Random);
