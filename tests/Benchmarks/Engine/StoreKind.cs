namespace Serverless.Benchmarks.Engine;

/// <summary>What the engine runs over.</summary>
internal enum StoreKind
{
    /// <summary>One SQLite file on the measured disk.</summary>
    Embedded,

    /// <summary>An Azurite process that keeps everything in memory, over HTTP on loopback.</summary>
    Azurite,

    /// <summary>Nothing: appends are counted and forgotten, so that what is left is the engine. Only for produce.</summary>
    Nothing,
}
