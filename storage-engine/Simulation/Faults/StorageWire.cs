using Serverless.StorageEngine.Simulation.World;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Faults;

/// <summary>
/// The way from one node to one storage service: each call becomes a request that arrives after a while, takes effect
/// at the service, and an answer that comes back after another while, unless a fault strikes.
/// </summary>
/// <param name="service">The other end.</param>
/// <param name="node">This end.</param>
/// <param name="place">The node's place; faults strike by place, whoever fills it.</param>
/// <param name="plan">The faults.</param>
/// <param name="counts">How many calls of each operation the place has made.</param>
internal sealed class StorageWire(
    StorageService service, SimulatedProcess node, int place, FaultPlan plan, CallCounts counts)
{
    /// <summary>Makes a call.</summary>
    /// <param name="call">What is asked.</param>
    /// <param name="message">What it does at the service.</param>
    /// <param name="cancellationToken">Abandons the wait; what is on its way arrives nevertheless.</param>
    public async ValueTask<T> CallAsync<T>(
        StorageCall call, StorageMessage<T> message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (where, count) = counts.Next(call.Operation);
        var draws = plan.Draws(where, count);
        var fault = plan.Strike(FaultMix.OfStorageCalls.AsSpan(), where, count, draws);
        var trip = new Trip(where, fault, Latency(call, draws), Latency(call, draws), draws)
        {
            Delay = fault is null ? default : Delay(draws),
        };
        Note("send", call, trip);

        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource<T>)state!).TrySetCanceled(token), message.Answer);
        if (fault != FaultKind.RequestLost)
        {
            var late = fault == FaultKind.RequestDelayed ? trip.Delay : TimeSpan.Zero;
            Arrive(trip.Request + late, call, message, trip);
        }

        return await message.Answer.Task;
    }

    /// <summary>Ends a call that the node itself would wait for without end, as an adapter does.</summary>
    public void GiveUpAfter<T>(TimeSpan time, StorageMessage<T> message) =>
        node.After(time, _ => message.Fail(new StorageUnavailableException("No answer.")));

    private void Arrive<T>(TimeSpan after, StorageCall call, StorageMessage<T> message, Trip trip) =>
        service.Process.After(after, _ => _ = ServeAsync(call, message, trip));

    private async Task ServeAsync<T>(StorageCall call, StorageMessage<T> message, Trip trip)
    {
        var weather = service.At(place);
        Note("arrive", call, trip);
        if (trip.Fault == FaultKind.RequestRepeated && weather is not (Weather.Refusing or Weather.Throttling))
        {
            // A refusal is final: whoever was told that nothing happened is not overtaken by another copy.
            Arrive(trip.Delay, call, message, trip with { Fault = FaultKind.AnswerLost });
        }

        switch (trip.Fault, weather)
        {
            case (_, Weather.Silent):
                return;
            case (FaultKind.Refused, _) or (_, Weather.Refusing):
                Answer(trip, message, () => message.Fail(new StorageUnavailableException("503 ServerBusy")));
                return;
            case (FaultKind.Throttled, _) or (_, Weather.Throttling):
                Answer(trip, message, () => message.Fail(new StorageUnavailableException(
                    "503 ServerBusy", retryAfter: TimeSpan.FromSeconds(1))));
                return;
            case (FaultKind.FailedBefore or FaultKind.ResetInBody, _)
                when call.Writes || trip.Fault == FaultKind.FailedBefore:
                Answer(trip, message, () => message.Fail(Lost(call)));
                return;
        }

        var effect = await message.TakeEffectAsync();
        if (trip.Fault == FaultKind.AnswerLost || weather == Weather.Mute)
        {
            return;
        }

        Answer(trip, message, () =>
        {
            Note("answer", call, trip);
            if (trip.Fault is FaultKind.FailedAfter or FaultKind.ResetInBody || weather == Weather.Failing)
            {
                message.Fail(Lost(call));
            }
            else
            {
                message.Succeed(effect, trip.Fault == FaultKind.ShortPage ? trip.Draws : null);
            }
        });
    }

    private void Answer<T>(Trip trip, StorageMessage<T> message, Action answer)
    {
        if (!message.Answer.Task.IsCompleted)
        {
            service.Process.After(
                trip.Answer + (trip.Fault == FaultKind.AnswerDelayed ? trip.Delay : TimeSpan.Zero), _ => answer());
        }
    }

    // A read that fails changed nothing; a write that fails may have.
    private static Exception Lost(StorageCall call) => call.Writes
        ? new StorageOutcomeUnknownException($"{call.Operation} {call.Target}: connection reset")
        : new StorageUnavailableException($"{call.Operation} {call.Target}: connection reset");

    private void Note(string what, StorageCall call, Trip trip) => service.Process.Note(
        trip.Fault is { } kind ? FaultNames.Of(kind) : what,
        trip.Where,
        call.RowKey ?? call.Target,
        call.Position);

    // Half of the round trip: appends take some 15 ms on Azure, as parts do, everything else 8, and one in fifty five
    // times as long.
    private static TimeSpan Latency(StorageCall call, SeededRandom draws)
    {
        var half = call.Operation is StorageOperation.Append or StorageOperation.StagePart ? 5_000 : 2_500;
        var drawn = TimeSpan.FromMicroseconds(draws.Next(half, half * 2));
        return draws.Chance(0.02) ? drawn * 5 : drawn;
    }

    // Short, around the node's own limit on a call, far behind it, and minutes.
    private static TimeSpan Delay(SeededRandom draws) => draws.NextDouble() switch
    {
        < 0.5 => draws.Milliseconds(5, 500),
        < 0.8 => draws.Milliseconds(500, 8_000),
        < 0.95 => draws.Milliseconds(8_000, 60_000),
        _ => draws.Milliseconds(60_000, 300_000),
    };

    private readonly record struct Trip(
        string Where, FaultKind? Fault, TimeSpan Request, TimeSpan Answer, SeededRandom Draws)
    {
        public TimeSpan Delay { get; init; }
    }
}
