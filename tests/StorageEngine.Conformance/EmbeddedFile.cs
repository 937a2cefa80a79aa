using Serverless.StorageEngine.Embedded;

namespace Serverless.StorageEngine.Conformance;

/// <summary>A data folder of its own for a test class or a test, deleted at the end.</summary>
public sealed class EmbeddedFile : IAsyncDisposable
{
    private readonly List<EmbeddedDatabase> _opened = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("embedded-store-").FullName;

    public string Path => System.IO.Path.Combine(Folder, EmbeddedDatabase.FileName);

    /// <summary>Opens the file, as one more process would.</summary>
    public EmbeddedDatabase Open(TimeProvider? clock = null)
    {
        var database = new EmbeddedDatabase(Folder, clock ?? TimeProvider.System);
        _opened.Add(database);
        return database;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _opened)
        {
            await database.DisposeAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }
}
