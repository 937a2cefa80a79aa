using Serverless.StorageEngine.Groups;

namespace Serverless.StorageEngine.Tests.Groups;

/// <summary>A member that is about to join.</summary>
internal sealed record Joining(string Id, Subscription Subscription, double SeenSecondsAfterNoon)
{
    public InstanceSettings Settings { get; init; } = Some.Settings();
}
