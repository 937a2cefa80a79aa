using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Groups;

public sealed class FourConsumersOnOneFile(ITestOutputHelper output) : FourConsumersTests(output)
{
    private protected override Task<Place> OpenPlaceAsync() => Task.FromResult(Place.Embedded());
}
