namespace Serverless.StorageEngine.Simulation.Tests.TakeOvers;

/// <summary>What the node knows that gets its first request.</summary>
public enum NewNode
{
    /// <summary>Nothing: it has just started.</summary>
    Cold,

    /// <summary>The topic and the log as they were a while ago: it has read from it.</summary>
    Warm,
}
