namespace Serverless.StorageEngine.Simulation.World;

/// <summary>One callback that a process is to run.</summary>
/// <param name="Process">Whose it is: held while the process is frozen, dropped when it is dead.</param>
/// <param name="Callback">What runs.</param>
/// <param name="State">What it is given.</param>
/// <param name="Timer">The timer that this is a shot of, or null.</param>
/// <param name="Setting">Which setting of the timer it is; a later setting makes it void.</param>
internal readonly record struct Step(
    SimulatedProcess Process,
    SendOrPostCallback Callback,
    object? State,
    SimulatedTimer? Timer = null,
    long Setting = 0)
{
    /// <summary>Whether it would do nothing.</summary>
    public bool IsVoid => Process.IsDead || (Timer is not null && Timer.Setting != Setting);
}
