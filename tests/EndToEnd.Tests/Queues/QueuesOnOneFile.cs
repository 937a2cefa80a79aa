using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Queues;

public sealed class QueuesOnOneFile : QueueTests
{
    private protected override Task<Place> OpenPlaceAsync() => Task.FromResult(Place.Embedded());
}
