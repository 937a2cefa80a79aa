using Serverless.Azurite;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.RealInput;

public sealed class FlightsOnAzurite(SharedAzurite azurite) : FlightsOverKillsTests
{
    protected override int Nodes => 1;

    private protected override Task<Place> OpenPlaceAsync() => Place.InAzuriteAsync(azurite);
}
