using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Groups;

public sealed class InstanceOnEveryNodeOfOneFile : InstanceOnEveryNodeTests
{
    private protected override Task<Place> OpenPlaceAsync() => Task.FromResult(Place.Embedded());
}
