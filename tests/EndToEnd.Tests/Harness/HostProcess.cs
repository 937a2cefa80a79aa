using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Serverless.FunctionsHost;
using Serverless.OpenApi;

namespace Serverless.EndToEnd.Tests.Harness;

/// <summary>
/// One node as a process of its own; it ends with this object, or with the test process. Whatever it printed is
/// searched for secrets at its end.
/// </summary>
internal sealed partial class HostProcess : IAsyncDisposable
{
    /// <summary>How long a start or an end may take on a crowded machine, before a test gives up waiting.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly System.Diagnostics.Process _process;
    private readonly System.Diagnostics.Process _guard;
    private readonly IReadOnlyList<string> _secrets;
    private readonly ContractWatch _watch = NodeContract.NewWatch();
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly SemaphoreSlim _heard = new(0);
    private readonly TaskCompletionSource<Uri> _listens = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FunctionsHostDouble? _front;

    private HostProcess(
        System.Diagnostics.Process process, System.Diagnostics.Process guard, IReadOnlyList<string> secrets)
    {
        _process = process;
        _guard = guard;
        _secrets = secrets;
        Client = new HttpClient(_watch.Handler()) { Timeout = Patience };
    }

    /// <summary>Where the node listens.</summary>
    public Uri Address => Client.BaseAddress ?? throw new InvalidOperationException("The node does not listen.");

    /// <summary>
    /// A client of this node, with relative addresses. What it hears must be what the OpenAPI document says; the end of
    /// this object checks it.
    /// </summary>
    public HttpClient Client { get; }

    /// <summary>The Functions host in front of the node.</summary>
    public FunctionsHostDouble Front => _front ?? throw new InvalidOperationException("The node listens by itself.");

    /// <summary>The lines of standard output so far.</summary>
    public IReadOnlyList<string> Output => [.. _output];

    /// <summary>The lines of standard error so far.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    /// <summary>Starts a node on a free port, and returns when it says where it listens.</summary>
    /// <param name="folder">Its current directory.</param>
    /// <param name="arguments">Its arguments but for <c>--urls</c>.</param>
    public static async Task<HostProcess> StartAsync(string folder, params string[] arguments)
    {
        var node = Launch(folder, ["--urls", "http://127.0.0.1:0", .. arguments]);
        try
        {
            node.Client.BaseAddress = await node._listens.Task.WaitAsync(
                Patience, TestContext.Current.CancellationToken);
            return node;
        }
        catch (Exception)
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Starts a node as the custom handler of an Azure Functions host, and returns when that host lets clients in.
    /// </summary>
    /// <param name="folder">Its current directory.</param>
    /// <param name="scheme">The scheme that clients use.</param>
    /// <param name="variables">Its settings beside those of the Functions host.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Task<HostProcess> StartBehindFunctionsHostAsync(
        string folder, string scheme, IReadOnlyDictionary<string, string> variables, params string[] arguments) =>
        StartAppAsync(
            FunctionApp.Read(Path.GetDirectoryName(HostExecutable.Path)!), folder, scheme, variables, arguments);

    /// <summary>As <see cref="StartBehindFunctionsHostAsync"/>, with a program that was published.</summary>
    public static async Task<HostProcess> StartAppAsync(
        FunctionApp app,
        string folder,
        string scheme,
        IReadOnlyDictionary<string, string> variables,
        params string[] arguments)
    {
        var front = new FunctionsHostDouble(app, scheme);
        string[] open = ["--anonymous", "all", "--anonymous-beyond-loopback", "yes"];
        var node = Launch(
            app.Executable, folder, front.Variables.Concat(variables).ToDictionary(), [.. open, .. arguments]);
        node._front = front;
        try
        {
            await front.ReadyAsync(
                node._process.WaitForExitAsync(CancellationToken.None), TestContext.Current.CancellationToken);
            node.Client.BaseAddress = front.Address;
            return node;
        }
        catch (InvalidOperationException notReady)
        {
            var said = string.Join('\n', node._output.Concat(node._errors));
            await node.DisposeAsync();
            throw new InvalidOperationException($"{notReady.Message} It said: {said}", notReady);
        }
    }

    /// <summary>Starts a process with these arguments, and returns at once.</summary>
    public static HostProcess Launch(string folder, params string[] arguments) =>
        Launch(folder, new Dictionary<string, string>(), arguments);

    /// <summary>Starts a process with these variables and arguments, and returns at once.</summary>
    public static HostProcess Launch(
        string folder, IReadOnlyDictionary<string, string> variables, params string[] arguments) =>
        Launch(HostExecutable.Path, folder, variables, arguments);

    private static HostProcess Launch(
        string executable, string folder, IReadOnlyDictionary<string, string> variables, string[] arguments)
    {
        var start = new ProcessStartInfo(executable, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var process = new System.Diagnostics.Process { StartInfo = start, EnableRaisingEvents = true };
        process.Start();
        var node = new HostProcess(process, Guard(process), SecretSearch.Given(arguments, variables));
        process.OutputDataReceived += (_, line) => node.Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(node._errors, line.Data);
        process.Exited += (_, _) => node._listens.TrySetException(new InvalidOperationException(
            $"The node ended with {process.ExitCode}:\n{string.Join('\n', node._output.Concat(node._errors))}"));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return node;
    }

    /// <summary>The line of standard output with this index; waits until it is there.</summary>
    public async Task<string> OutputLineAsync(int index)
    {
        while (_output.Count <= index)
        {
            var heard = await _heard.WaitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.True(heard, $"Only {_output.Count} lines came: {string.Join(' ', _output.Concat(_errors))}");
        }

        return _output.ElementAt(index);
    }

    /// <summary>Sends one of <see cref="Signals"/>.</summary>
    public void Send(int signal) => Signals.Send(_process, signal);

    /// <summary>Kills the node in the middle of whatever it does.</summary>
    public async Task KillAsync()
    {
        Send(Signals.Kill);
        await ExitAsync();
    }

    /// <summary>Waits for the end of the process and of its output.</summary>
    /// <returns>The exit code; 128 plus the signal for a process that was killed.</returns>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken)
            .WaitAsync(Patience, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        // Of its output, too.
        await _process.WaitForExitAsync();
        if (_front is not null)
        {
            await _front.DisposeAsync();
        }

        _guard.Kill();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
        _heard.Dispose();
        var faults = await _watch.FaultsAsync();
        // What the command for keys is there to show, once.
        var printed = _process.StartInfo.ArgumentList.FirstOrDefault() == "keys" ? _errors : _output.Concat(_errors);
        var leak = SecretSearch.Find(printed, [.. _secrets, .. _watch.Credentials]);
        _process.Dispose();
        Assert.True(faults.Count == 0, "What was said should not have been:\n" + string.Join('\n', faults));
        Assert.True(leak is null, $"The node has printed {leak}");
    }

    // The shell waits for the end of its input, which it shares with nobody but this process: when that comes, this
    // process has died before it could dispose of the node.
    private static System.Diagnostics.Process Guard(System.Diagnostics.Process process) =>
        System.Diagnostics.Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"read line; kill -9 {process.Id}"])
        {
            RedirectStandardInput = true,
        })!;

    private void Hear(string? line)
    {
        Keep(_output, line);
        _heard.Release();
        if (line is not null && StartLine.Match(line) is { Success: true } match)
        {
            _listens.TrySetResult(new Uri(match.Groups["address"].Value));
        }
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }

    [GeneratedRegex(@"^Serverless \S+ listens on (?<address>http://\S+), ")]
    private static partial Regex StartLine { get; }
}
