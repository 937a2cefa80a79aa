using Serverless.Azurite;

namespace Serverless.EndToEnd.Tests.Harness;

/// <summary>A store of its own for a test, and the nodes over it.</summary>
internal sealed class Place : IAsyncDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly List<HostProcess> _nodes = [];
    private readonly string[] _storage;

    private readonly bool _behindFunctionsHost;

    private Place(string[] storage, bool behindFunctionsHost = false) =>
        (_storage, _behindFunctionsHost) = (storage, behindFunctionsHost);

    /// <summary>The current directory of the nodes; an embedded store lies in <c>.data</c> below it.</summary>
    public string Folder => _folder.Path;

    /// <summary>A place on this machine.</summary>
    public static Place Embedded() => new([]);

    /// <summary>A place on this machine whose nodes are custom handlers of Azure Functions hosts.</summary>
    public static Place BehindFunctionsHost() => new([], behindFunctionsHost: true);

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
        string[] all = [.. _storage, .. arguments];
        var node = _behindFunctionsHost
            ? await HostProcess.StartBehindFunctionsHostAsync(Folder, "http", new Dictionary<string, string>(), all)
            : await HostProcess.StartAsync(Folder, all);
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
