using Serverless.Azurite;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Queues;

public sealed class QueuesOnAzurite(SharedAzurite azurite) : QueueTests
{
    private protected override Task<Place> OpenPlaceAsync() => Place.InAzuriteAsync(azurite);
}
