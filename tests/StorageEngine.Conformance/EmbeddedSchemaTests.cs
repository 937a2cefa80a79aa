using Microsoft.Data.Sqlite;
using Serverless.StorageEngine.Embedded;
using Serverless.StorageEngine.Storage;
using Serverless.StorageEngine.Tests.Documents;

namespace Serverless.StorageEngine.Conformance;

public sealed class EmbeddedSchemaTests : IAsyncLifetime
{
    private readonly EmbeddedFile _file = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    [Fact]
    public void The_tables_are_those_that_FORMAT_md_shows()
    {
        _file.Open();
        using var connection = new SqliteConnection($"Data Source={_file.Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid";
        using var statement = command.ExecuteReader();

        var statements = new List<string>();
        while (statement.Read())
        {
            statements.Add(statement.GetString(0));
        }

        Assert.Equal(FormatDocument.Example("The tables of the embedded file", "sql"), string.Join('\n', statements));
    }

    [Fact]
    public void A_file_that_can_only_be_read_is_refused()
    {
        _file.Open();

        // SQLite falls back to this by itself where the user may not write the file.
        using var connection = EmbeddedConnection.Open($"file:{_file.Path}?mode=ro");
        var refused = Assert.Throws<StorageUnavailableException>(
            () => EmbeddedSchema.PrepareWriter(connection, _file.Path));

        Assert.Equal($"The data folder's file '{_file.Path}' is not writable by this user.", refused.Message);
    }

    [Fact]
    public void A_folder_that_can_only_be_read_is_refused()
    {
        // No mode keeps root from writing, but nobody writes here.
        var folder = Environment.IsPrivilegedProcess ? "/proc/self" : _file.Folder;
        if (!OperatingSystem.IsWindows() && folder == _file.Folder)
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var refused = Assert.Throws<StorageUnavailableException>(
            () => new EmbeddedDatabase(folder, TimeProvider.System));

        Assert.Equal($"The data folder '{folder}' is not writable by this user.", refused.Message);
    }

    [Fact]
    public void A_place_without_a_write_ahead_log_is_refused()
    {
        // A database in memory is such a place.
        using var connection = EmbeddedConnection.Open(":memory:");

        var refused = Assert.Throws<StorageUnavailableException>(
            () => EmbeddedSchema.PrepareWriter(connection, ":memory:"));

        Assert.Contains("local disk", refused.Message, StringComparison.Ordinal);
    }
}
