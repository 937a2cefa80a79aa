using System.Diagnostics;
using System.Globalization;

namespace Serverless.Benchmarks.Peers;

/// <summary>RabbitMQ's server with everything that it keeps in one folder.</summary>
internal sealed class RabbitServer : IAsyncDisposable
{
    private readonly Dictionary<string, string> _environment;

    private RabbitServer(Dictionary<string, string> environment, Daemon daemon, int amqpPort, int httpPort)
    {
        (_environment, Daemon, AmqpPort) = (environment, daemon, amqpPort);
        Http = new UriBuilder("http", "127.0.0.1", httpPort).Uri;
    }

    /// <summary>Its processes.</summary>
    public Daemon Daemon { get; }

    /// <summary>Where AMQP is spoken.</summary>
    public int AmqpPort { get; }

    /// <summary>Its HTTP interface.</summary>
    public Uri Http { get; }

    /// <summary>Starts it; ends when its HTTP interface listens, which comes last.</summary>
    public static async Task<RabbitServer> StartAsync(string folder)
    {
        var (amqp, http, nodes, names) =
            (Daemon.FreePort(), Daemon.FreePort(), Daemon.FreePort(), Daemon.FreePort());
        var settings = Path.Combine(folder, "rabbitmq.conf");
        await File.WriteAllTextAsync(settings, string.Create(
            CultureInfo.InvariantCulture,
            $"""
            listeners.tcp.default = 127.0.0.1:{amqp}
            management.tcp.ip = 127.0.0.1
            management.tcp.port = {http}
            """));
        var plugins = Path.Combine(folder, "enabled_plugins");
        await File.WriteAllTextAsync(plugins, "[rabbitmq_management].\n");
        var environment = new Dictionary<string, string>
        {
            ["HOME"] = folder,
            ["RABBITMQ_NODENAME"] = "bench@localhost",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(folder, "data"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(folder, "log"),
            ["RABBITMQ_CONFIG_FILE"] = settings,
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = plugins,
            ["RABBITMQ_DIST_PORT"] = nodes.ToString(CultureInfo.InvariantCulture),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["ERL_EPMD_PORT"] = names.ToString(CultureInfo.InvariantCulture),
        };
        var daemon = await Daemon.StartAsync(StartOf(RabbitPeer.Executable, [], environment), http);
        return new RabbitServer(environment, daemon, amqp, http);
    }

    public async ValueTask DisposeAsync()
    {
        await Daemon.DisposeAsync();

        // The service by which nodes find each other left the tree of processes when it was started.
        var start = StartOf("epmd", ["-kill"], _environment);
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
    }

    private static ProcessStartInfo StartOf(
        string executable, IEnumerable<string> arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(executable, arguments);
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
