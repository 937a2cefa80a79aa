namespace Serverless.EndToEnd.Tests.Harness;

/// <summary>A folder of its own for a test, removed with this object.</summary>
internal sealed class ScratchFolder : IDisposable
{
    /// <summary>Where it is.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("serverless-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
