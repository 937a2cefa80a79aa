using System.Diagnostics;

namespace Serverless.StorageEngine.Diagnostics;

/// <summary>The traces of the engine. Nothing is made, and nothing spent, where nobody listens.</summary>
public static class EngineActivities
{
    /// <summary>The name to listen to.</summary>
    public const string SourceName = "Serverless.StorageEngine";

    /// <summary>Where activities begin.</summary>
    internal static ActivitySource Source { get; } = new(SourceName);
}
