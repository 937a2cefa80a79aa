using Serverless.StorageEngine.Simulation.Clients;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Runs;

/// <summary>Has keepers run until they find nothing to do any more: the healed world must get there, however little of
/// it is done in one run.</summary>
internal static class FinalKeepers
{
    // The smallest limits let a run copy one segment, and a world leaves some hundred.
    private const int RunsMax = 600;
    private const int QuietRuns = 2;

    // Longer than the bytes of a segment wait, a copy may take, and a lease lasts.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(65);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Task RunAsync(ClientSurroundings clients) =>
        new ClientSeat(clients, number: -1, turns: 0, RestAsync) { Timeout = Patience }.RunAsync();

    private static async Task RestAsync(SimulatedClient client)
    {
        var quiet = 0;
        for (var runs = 0; quiet < QuietRuns; runs++)
        {
            if (runs == RunsMax)
            {
                client.Around.Report(new InvalidOperationException(
                    $"Keepers found something to do in each of {runs} runs though the world is healed."));
                return;
            }

            var answer = await client.AskAsync(
                new Request.Keep(null), (node, cancelled) => NodeRequests.KeepAsync(node, null, cancelled));
            quiet = answer is Answer.Kept { IsIdle: true } ? quiet + 1 : 0;
            await client.Process.Delay(Pause);
        }

        client.Around.History.Note(client.Number, new Request.KeptToRest(), client.Around.Scheduler.Now);
    }
}
