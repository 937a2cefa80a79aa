namespace Serverless.StorageEngine.Queues;

/// <summary>What a receiver says of records that it holds (KIP-932's acknowledgement types, and KIP-1222's).</summary>
public abstract record Acknowledgement
{
    private Acknowledgement()
    {
    }

    /// <summary>They are dealt with.</summary>
    public sealed record Accept : Acknowledgement;

    /// <summary>Others may try; archived instead when they were delivered as often as the queue allows.</summary>
    /// <param name="Delay">How long not to deliver them; zero to <see cref="QueueLimits.ReleaseDelayMax"/>.</param>
    public sealed record Release(TimeSpan Delay) : Acknowledgement;

    /// <summary>Nobody can deal with them: archived, with a dead letter where the queue has a topic for that.</summary>
    public sealed record Reject : Acknowledgement;

    /// <summary>They take longer: the lock begins anew.</summary>
    public sealed record Renew : Acknowledgement;
}
