using Serverless.Azurite;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.RealInput;

public sealed class FlightsOnTwoNodesAndAzurite(SharedAzurite azurite) : FlightsTests
{
    protected override int Nodes => 2;

    private protected override Task<Place> OpenPlaceAsync() => Place.InAzuriteAsync(azurite);
}
