using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Retention;

public sealed class RetentionOnOneFile : RetentionTests
{
    private protected override Task<Place> OpenPlaceAsync() => Task.FromResult(Place.Embedded());
}
