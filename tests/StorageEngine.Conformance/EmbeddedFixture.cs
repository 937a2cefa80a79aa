using Serverless.StorageEngine.Embedded;

namespace Serverless.StorageEngine.Conformance;

/// <summary>One open file for all tests of a class.</summary>
public sealed class EmbeddedFixture : IAsyncDisposable
{
    private readonly EmbeddedFile _file = new();

    public EmbeddedFixture()
    {
        var database = _file.Open();
        Segments = new EmbeddedSegmentStore(database);
        Table = new EmbeddedTableStore(database);
    }

    public EmbeddedSegmentStore Segments { get; }

    public EmbeddedTableStore Table { get; }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
