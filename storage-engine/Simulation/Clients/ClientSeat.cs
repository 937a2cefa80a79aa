namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>
/// What a client does, over its lives: when one life crashes, the next begins, until all turns are used up.
/// </summary>
public sealed class ClientSeat
{
    private readonly ClientSurroundings _around;
    private readonly Func<SimulatedClient, Task> _role;
    private int _turns;
    private long _calls;
    private SimulatedClient? _client;
    private TaskCompletionSource _ended = NewEnd();

    /// <summary>A seat that nobody sits on yet.</summary>
    /// <param name="around">What all clients share.</param>
    /// <param name="number">Names the seat among the chances of a fault.</param>
    /// <param name="turns">How many requests its clients make together, about.</param>
    /// <param name="role">What a client does; ends soon after <see cref="TakeTurn"/> says no.</param>
    public ClientSeat(ClientSurroundings around, int number, int turns, Func<SimulatedClient, Task> role)
    {
        _around = around;
        _role = role;
        _turns = turns;
        Timeout = around.Workload.Timeout;
        Number = number;
        CrashPlace = $"crash{number}";
    }

    /// <summary>Which seat it is.</summary>
    public int Number { get; }

    /// <summary>When its clients give up waiting for an answer.</summary>
    public TimeSpan Timeout { get; init; }

    /// <summary>What the present client is doing.</summary>
    public string Doing => _client is null ? "" : $"client {_client.Number}: {_client.Doing}";

    internal string CrashPlace { get; }

    /// <summary>Seats clients, one after the other, until all turns are used up.</summary>
    public async Task RunAsync()
    {
        do
        {
            _ended = NewEnd();
            _client = new SimulatedClient(_around, this);
            _client.Process.Post(_ => _ = LiveAsync(_client, _ended), null);
            await _ended.Task;
        }
        while (_turns > 0);
        _client = null;
    }

    internal bool TakeTurn() => _turns-- > 0;

    internal long NextCall() => ++_calls;

    internal void Crash(SimulatedClient client)
    {
        if (ReferenceEquals(client, _client) && !client.Process.IsDead)
        {
            client.Process.Note("crash");
            client.Process.Kill();
            _ended.TrySetResult();
        }
    }

    private async Task LiveAsync(SimulatedClient client, TaskCompletionSource ended)
    {
        try
        {
            await _role(client);
        }
        catch (Exception exception)
        {
            // A client never throws: this is a bug of the simulation, and fails the run.
            _around.Report(exception);
            _turns = 0;
        }

        ended.TrySetResult();
    }

    private static TaskCompletionSource NewEnd() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
