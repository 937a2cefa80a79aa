namespace Serverless.Benchmarks.Flood;

/// <summary>A client with a thread of its own.</summary>
internal interface IFloodClient : IDisposable
{
    /// <summary>Connects; before the clock starts.</summary>
    void Open();

    /// <summary>Sends until its time is over.</summary>
    void Run();
}
