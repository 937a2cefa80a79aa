using Serverless.Azurite;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Groups;

public sealed class FourConsumersOnAzurite(SharedAzurite azurite, ITestOutputHelper output) : FourConsumersTests(output)
{
    private protected override Task<Place> OpenPlaceAsync() => Place.InAzuriteAsync(azurite);
}
