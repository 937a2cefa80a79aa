using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>What is known of one value: all attempts to send it, and who saw it.</summary>
/// <param name="value">The value.</param>
internal sealed class SentValue(long value)
{
    public long Value { get; } = value;

    /// <summary>The attempts in the order in which they were asked; one, unless its producer can be
    /// recognised.</summary>
    public List<Operation> Attempts { get; } = [];

    /// <summary>When it was first sent.</summary>
    public int FirstInvoked => Attempts[0].Invoked;

    /// <summary>When an attempt was first acknowledged, or <see cref="Operation.Never"/>.</summary>
    public int Acknowledged { get; set; } = Operation.Never;

    /// <summary>The offset that was acknowledged, or -1.</summary>
    public long Offset { get; set; } = -1;

    /// <summary>Whether an operation that succeeded read it.</summary>
    public bool Read { get; set; }

    /// <summary>Whether every attempt stated the next offset that it expected.</summary>
    public bool Conditional { get; set; }

    /// <summary>Whether every attempt certainly failed.</summary>
    public bool Failed => Attempts.TrueForAll(static attempt => attempt.IsFailed);

    /// <summary>Whether its writer is committed: acknowledged, or unknown and read.</summary>
    public bool Committed => Acknowledged != Operation.Never || (Read && !Failed);
}
