namespace Serverless.StorageEngine.Simulation.World;

/// <summary>
/// A simulation cannot go on or does not end: nothing is left to run, a limit was passed, or work left the scheduler's
/// thread. Each is a bug of the engine or of the simulation.
/// </summary>
public sealed class SimulationStuckException : Exception
{
    /// <summary>Says what is stuck.</summary>
    /// <param name="message">What happened, and who still waits for what.</param>
    public SimulationStuckException(string message)
        : base(message)
    {
    }
}
