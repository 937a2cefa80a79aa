using System.Net;
using Serverless.EndToEnd.Tests.Chaos.Nodes;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.EndToEnd.Tests.Chaos.Clients;

/// <summary>One client: a process of the history, its luck, and its patience. For one caller at a time.</summary>
internal sealed class ChaosClient
{
    // The shortest patience ends before a frozen node goes on, the longest outlasts every fault.
    private static readonly TimeSpan[] Patiences =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(15)];

    // A client that asks on and on where nothing is to be had would take the processor from the nodes.
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMilliseconds(50);

    // The one error that REST Proxy v2 answers with 500 by contract: its client should try again.
    private const string RetriableInV2 = "\"error_code\":50003,";

    private readonly TimeSpan _patience;
    private NodeLife? _node;

    /// <summary>Draws the client's patience.</summary>
    /// <param name="run">What all clients share.</param>
    /// <param name="random">Belongs to this client from now on.</param>
    public ChaosClient(ChaosRun run, Random random)
        : this(run, random, run.NextProcess())
    {
    }

    private ChaosClient(ChaosRun run, Random random, int process)
    {
        Run = run;
        Random = random;
        Process = process;
        _patience = Patiences[random.Next(Patiences.Length)];
    }

    /// <summary>What all clients share.</summary>
    public ChaosRun Run { get; }

    /// <summary>The source of what this client does.</summary>
    public Random Random { get; }

    /// <summary>The client's number in the history.</summary>
    public int Process { get; private set; }

    /// <summary>
    /// Forgets everything, as after a crash: who does not know what became of its last request cannot promise an order.
    /// </summary>
    public void ComeBackAsAnother() => Process = Run.NextProcess();

    /// <summary>The same process once more, for another request at the same time.</summary>
    public ChaosClient Alongside() => new(Run, new Random(Random.Next()), Process);

    /// <summary>Records that something is asked, in the next request that is sent.</summary>
    public async Task<int> InvokeAsync(Request request)
    {
        _node ??= await FindNodeAsync();
        return Run.History.Invoke(Process, request, ChaosRun.Now, _node.Number);
    }

    /// <summary>Records what was answered.</summary>
    public void Complete(int operation, Answer answer)
    {
        Run.History.Complete(operation, answer, ChaosRun.Now);
        if (answer is Answer.Sent sent)
        {
            Run.Progress.Add(sent.Offsets.Length);
        }
    }

    /// <summary>Sends a request to any node and waits for the whole answer.</summary>
    /// <param name="request">With a path as its address.</param>
    /// <param name="extra">How much longer to wait than usual, because the request asks the node to wait.</param>
    public async Task<Reply> SendAsync(HttpRequestMessage request, TimeSpan extra = default)
    {
        request.RequestUri = new Uri((await TakeNodeAsync()).Address, request.RequestUri!);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(_patience + extra);
        try
        {
            using var response = await Run.Cluster.Client.SendAsync(request, limit.Token);
            var body = await response.Content.ReadAsStringAsync(limit.Token);
            var reply = new Reply.Received(response.StatusCode, body);
            await JudgeAsync(request, reply);
            return reply;
        }
        catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.ConnectionError)
        {
            await Task.Delay(PauseAfterRefusal, TestContext.Current.CancellationToken);
            return new Reply.NotSent(refused.Message);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException
            || (lost is OperationCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested))
        {
            return new Reply.Lost(lost.Message);
        }
    }

    /// <summary>The node for the next request: one that listens, be it frozen.</summary>
    public async Task<NodeLife> TakeNodeAsync()
    {
        var node = _node ?? await FindNodeAsync();
        _node = null;
        return node;
    }

    private async Task JudgeAsync(HttpRequestMessage request, Reply.Received reply)
    {
        if (reply.Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
        {
            await Task.Delay(PauseAfterRefusal, TestContext.Current.CancellationToken);
        }

        if (reply.Status == HttpStatusCode.InternalServerError
            && !reply.Body.Contains(RetriableInV2, StringComparison.Ordinal))
        {
            Run.Surprises.Enqueue($"{request.Method} {request.RequestUri!.PathAndQuery}: {reply}");
        }
    }

    private async Task<NodeLife> FindNodeAsync()
    {
        while (true)
        {
            if (Run.Cluster.Pick(Random) is { } node)
            {
                return node;
            }

            await Task.Delay(PauseAfterRefusal, TestContext.Current.CancellationToken);
        }
    }
}
