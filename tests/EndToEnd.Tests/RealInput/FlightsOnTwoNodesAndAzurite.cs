using Serverless.Azurite;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.RealInput;

public sealed class FlightsOnTwoNodesAndAzurite(SharedAzurite azurite) : FlightsOverKillsTests
{
    protected override int Nodes => 2;

    private protected override Task<Place> OpenPlaceAsync() => Place.InAzuriteAsync(azurite);
}
