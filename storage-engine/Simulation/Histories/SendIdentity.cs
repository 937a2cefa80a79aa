namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>By what the log recognises that a send is a repeated attempt.</summary>
public abstract record SendIdentity
{
    private SendIdentity()
    {
    }

    /// <summary>By nothing: a repeated attempt is another send, and needs other values.</summary>
    public static SendIdentity None { get; } = new Plain();

    /// <summary>By nothing; see <see cref="None"/>.</summary>
    public sealed record Plain : SendIdentity;

    /// <summary>By the sequence of an idempotent producer.</summary>
    /// <param name="ProducerId">The producer.</param>
    /// <param name="Epoch">Its epoch.</param>
    /// <param name="BaseSequence">The sequence of the first value; those of the others follow it.</param>
    public sealed record Sequenced(long ProducerId, short Epoch, int BaseSequence) : SendIdentity;

    /// <summary>By a key that the client chose for a request (<c>Idempotency-Key</c>).</summary>
    /// <param name="Request">The request's key, as a number.</param>
    /// <param name="FirstOrdinal">The place of the first value among the request's values for this
    /// partition.</param>
    public sealed record Keyed(UInt128 Request, int FirstOrdinal) : SendIdentity;
}
