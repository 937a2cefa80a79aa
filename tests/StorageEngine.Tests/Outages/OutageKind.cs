namespace Serverless.StorageEngine.Tests.Outages;

/// <summary>What a storage service does while it is out of order.</summary>
public enum OutageKind
{
    /// <summary>It refuses connections.</summary>
    Refusing,

    /// <summary>It is overloaded: reads are refused, of writes it does not say whether they happened.</summary>
    Throttling,

    /// <summary>It takes calls and neither does anything nor answers.</summary>
    Silent,

    /// <summary>It does what is asked and never answers.</summary>
    SilentAfterEffect,
}
