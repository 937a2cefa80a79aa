namespace Serverless.Azurite;

/// <summary>One Azurite per test process, started when the first test asks for it.</summary>
/// <remarks>
/// Declare it once per test project with <c>[assembly: AssemblyFixture(typeof(SharedAzurite))]</c> and take it as a
/// constructor parameter of the test class.
/// </remarks>
public sealed class SharedAzurite : IAsyncDisposable
{
    private readonly Lazy<Task<AzuriteServer>> _server =
        new(static () => AzuriteServer.StartAsync(CancellationToken.None));

    private int _names;

    /// <summary>The running server. The first call starts it, and installs it if need be.</summary>
    public Task<AzuriteServer> StartedAsync() => _server.Value;

    /// <summary>A name that no other test of this process uses, good for a container and for a table.</summary>
    public string UniqueName() => $"test{Interlocked.Increment(ref _names):D6}";

    /// <summary>Ends the server if it was started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully)
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}
