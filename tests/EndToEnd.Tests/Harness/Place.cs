using Serverless.Azurite;

namespace Serverless.EndToEnd.Tests.Harness;

/// <summary>A store of its own for a test, and the nodes over it.</summary>
internal sealed class Place : IAsyncDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly List<HostProcess> _nodes = [];
    private readonly string[] _storage;

    private Place(string[] storage) => _storage = storage;

    /// <summary>The current directory of the nodes; an embedded store lies in <c>.data</c> below it.</summary>
    public string Folder => _folder.Path;

    /// <summary>A place on this machine.</summary>
    public static Place Embedded() => new([]);

    /// <summary>A place in Azurite, which no other test uses.</summary>
    public static async Task<Place> InAzuriteAsync(SharedAzurite azurite) =>
        InAzurite(azurite, (await azurite.StartedAsync()).ConnectionString);

    /// <summary>As <see cref="InAzuriteAsync"/>, reached through another address.</summary>
    public static Place InAzurite(SharedAzurite azurite, string connection)
    {
        var name = azurite.UniqueName();
        return new(
        [
            "--storage", "azure", "--connection", connection, "--container", name, "--table", name,
            "--anonymous", "all",
        ]);
    }

    /// <summary>Starts a node over the store.</summary>
    /// <param name="arguments">Arguments beside those that name the store.</param>
    public async Task<HostProcess> StartNodeAsync(params string[] arguments)
    {
        var node = await HostProcess.StartAsync(Folder, [.. _storage, .. arguments]);
        _nodes.Add(node);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        _folder.Dispose();
    }
}
