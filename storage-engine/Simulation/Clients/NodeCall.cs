using Serverless.StorageEngine.Simulation.Faults;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Simulation.Nodes;
using Serverless.StorageEngine.Simulation.World;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>One request of a client to a node, over a network that loses and delays; ends with an answer or with the
/// client's patience.</summary>
internal sealed class NodeCall
{
    private readonly ClientSurroundings _around;
    private readonly SimulatedNode _node;
    private readonly Func<NodeService, CancellationToken, ValueTask<Answer>> _serve;
    private readonly SeededRandom _draws;
    private readonly FaultKind? _fault;
    private readonly TimeSpan _delay;

    // No timer and no registration that outlives the call: nothing to dispose.
    private readonly CancellationTokenSource _hungUp = new();
    private readonly TaskCompletionSource<Answer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NodeCall(
        ClientSurroundings around,
        SimulatedNode node,
        Func<NodeService, CancellationToken, ValueTask<Answer>> serve,
        SeededRandom draws,
        FaultKind? fault)
    {
        (_around, _node, _serve, _draws, _fault) = (around, node, serve, draws, fault);
        _delay = fault == FaultKind.CallDelayed ? draws.Milliseconds(10, 30_000) : TimeSpan.Zero;
    }

    /// <summary>Makes a request and waits for its answer.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="node">Who is asked.</param>
    /// <param name="serve">What the node does.</param>
    /// <param name="where">Names the client's requests among the chances of a fault …</param>
    /// <param name="count">… and numbers them.</param>
    public static Task<Answer> MakeAsync(
        SimulatedClient client,
        SimulatedNode node,
        Func<NodeService, CancellationToken, ValueTask<Answer>> serve,
        string where,
        long count)
    {
        var plan = client.Around.Plan;
        var draws = plan.Draws(where, count);
        var fault = plan.Strike(FaultMix.OfClientCalls.AsSpan(), where, count, draws);
        var call = new NodeCall(client.Around, node, serve, draws, fault);
        client.Process.After(client.Timeout, _ => call.GiveUp());
        if (fault != FaultKind.CallLost)
        {
            var late = draws.Chance(0.5) ? call._delay : TimeSpan.Zero;
            client.Around.Network.After(call.Latency() + late, _ => call.Arrive());
        }

        return call._answer.Task;
    }

    private TimeSpan Latency() => _draws.Milliseconds(0, 4);

    private void GiveUp()
    {
        if (_answer.TrySetResult(new Answer.Unknown("timed out")) && _draws.Chance(0.5))
        {
            // The node notices that nobody listens any more; or does not.
            _around.Network.After(Latency(), _ => _node.Process.Post(_ => _hungUp.Cancel(), null));
        }
    }

    private void Arrive()
    {
        if (_node.Process.IsDead)
        {
            AnswerLater(new Answer.Failed(Refusal.Unavailable, -1, "connection refused"));
            return;
        }

        _node.WhenInterrupted(Interrupt);
        _node.Process.Post(_ => _ = ServeAsync(), null);
    }

    private void Interrupt() => AnswerLater(new Answer.Unknown("connection reset"));

    private async Task ServeAsync()
    {
        Answer answer;
        try
        {
            answer = await _serve(_node.Service, _hungUp.Token);
        }
        catch (StorageUnavailableException exception)
        {
            answer = new Answer.Failed(Refusal.Unavailable, -1, exception.Message);
        }
        catch (StorageOutcomeUnknownException exception)
        {
            answer = new Answer.Unknown(exception.Message);
        }
        catch (OperationCanceledException) when (_hungUp.IsCancellationRequested)
        {
            answer = new Answer.Unknown("abandoned");
        }
        catch (Exception exception)
        {
            // Everything else is a bug: the run fails with it.
            _around.Report(exception);
            answer = new Answer.Unknown(exception.Message);
        }

        _node.Forget(Interrupt);
        AnswerLater(answer);
    }

    private void AnswerLater(Answer answer)
    {
        if (_fault != FaultKind.CallAnswerLost)
        {
            _around.Network.After(Latency() + _delay, _ => _answer.TrySetResult(answer));
        }
    }
}
