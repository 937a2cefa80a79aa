using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.RealInput;

public sealed class FlightsOnTwoNodesAndOneFile : FlightsOverKillsTests
{
    protected override int Nodes => 2;

    private protected override Task<Place> OpenPlaceAsync() => Task.FromResult(Place.Embedded());
}
