using Serverless.Azurite;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Retention;

public sealed class RetentionOnAzurite(SharedAzurite azurite) : RetentionTests
{
    private protected override Task<Place> OpenPlaceAsync() => Place.InAzuriteAsync(azurite);
}
