using Serverless.Azurite;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Groups;

public sealed class InstanceOnEveryNodeOfAzurite(SharedAzurite azurite) : InstanceOnEveryNodeTests
{
    private protected override Task<Place> OpenPlaceAsync() => Place.InAzuriteAsync(azurite);
}
