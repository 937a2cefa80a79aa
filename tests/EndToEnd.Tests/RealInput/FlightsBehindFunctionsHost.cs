using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.RealInput;

public sealed class FlightsBehindFunctionsHost : FlightsTests
{
    protected override int Nodes => 1;

    private protected override Task<Place> OpenPlaceAsync() => Task.FromResult(Place.BehindFunctionsHost());
}
