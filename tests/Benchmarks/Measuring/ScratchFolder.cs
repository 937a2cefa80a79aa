namespace Serverless.Benchmarks.Measuring;

/// <summary>A fresh folder that goes when its round is over.</summary>
internal sealed class ScratchFolder : IDisposable
{
    /// <summary>Creates it.</summary>
    /// <param name="parent">On the disk that is measured.</param>
    public ScratchFolder(string parent)
    {
        Path = System.IO.Path.Combine(parent, $"round-{Guid.NewGuid():n}");
        Directory.CreateDirectory(Path);
    }

    /// <summary>Its full path.</summary>
    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
