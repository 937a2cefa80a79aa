namespace Serverless.StorageEngine.Simulation.Faults;

/// <summary>How a storage service treats requests while it, or the way to it, is down.</summary>
public enum Weather
{
    /// <summary>Every request is served.</summary>
    Fair,

    /// <summary>Every request is refused without an effect.</summary>
    Refusing,

    /// <summary>Every request is refused without an effect, and its sender is asked to wait.</summary>
    Throttling,

    /// <summary>No request arrives, and nobody is told.</summary>
    Silent,

    /// <summary>Requests take effect, and nobody is told.</summary>
    Mute,

    /// <summary>Requests take effect, and every answer is an error.</summary>
    Failing,
}
