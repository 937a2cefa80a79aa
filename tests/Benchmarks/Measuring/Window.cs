namespace Serverless.Benchmarks.Measuring;

/// <summary>One client that keeps a number of requests in flight: the same for every store it drives.</summary>
internal static class Window
{
    /// <summary>Starts the requests in order; a further one starts when the oldest has its answer.</summary>
    /// <param name="count">How many requests.</param>
    /// <param name="inFlight">How many of them may wait for an answer at once.</param>
    /// <param name="request">Sends the request with this number.</param>
    public static async Task RunAsync(int count, int inFlight, Func<int, ValueTask> request)
    {
        var waiting = new Queue<Task>(inFlight);
        for (var number = 0; number < count; number++)
        {
            if (waiting.Count == inFlight)
            {
                await waiting.Dequeue();
            }

            waiting.Enqueue(request(number).AsTask());
        }

        await Task.WhenAll(waiting);
    }
}
