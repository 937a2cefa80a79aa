using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Serverless.Npm;

namespace Serverless.Azurite;

/// <summary>
/// One Azurite process in memory mode on free ports, which ends with this object or with the test process.
/// </summary>
/// <remarks>
/// Everything is lost at the end. Give each test its own container and table. Azurite acknowledges before it saves, so
/// tests may kill nodes but never Azurite.
/// </remarks>
public sealed partial class AzuriteServer : IAsyncDisposable
{
    /// <summary>The account that Azurite serves; its key is made anew at each start.</summary>
    public const string AccountName = "devstoreaccount1";

    // A start takes about 1.3 s of processor time; on a crowded machine it has been seen to take more than 10 s.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);
    private const int OutputLinesKept = 50;

    private readonly Process _process;
    private readonly string _accountKey;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<Uri> _blobListens = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Uri> _tableListens = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AzuriteServer(Process process, string accountKey)
    {
        _process = process;
        _accountKey = accountKey;
        BlobEndpoint = TableEndpoint = new Uri("http://127.0.0.1");
    }

    /// <summary>The root of the blob service, without the account's name.</summary>
    public Uri BlobEndpoint { get; private set; }

    /// <summary>The root of the table service, without the account's name.</summary>
    public Uri TableEndpoint { get; private set; }

    /// <summary>Reaches both services with the account's key.</summary>
    public string ConnectionString => ConnectionStringVia(BlobEndpoint, TableEndpoint);

    /// <summary>Installs Azurite if need be, starts it and returns when both services listen.</summary>
    /// <param name="cancellationToken">Abandons the start and ends the process.</param>
    /// <exception cref="InvalidOperationException">Node is missing, or Azurite does not start.</exception>
    public static Task<AzuriteServer> StartAsync(CancellationToken cancellationToken) =>
        StartAsync(new AzuriteSetup(), cancellationToken);

    /// <summary>As <see cref="StartAsync(CancellationToken)"/>, with other accounts or over TLS.</summary>
    /// <param name="setup">What differs.</param>
    /// <param name="cancellationToken">Abandons the start and ends the process.</param>
    public static async Task<AzuriteServer> StartAsync(AzuriteSetup setup, CancellationToken cancellationToken)
    {
        var folder = await NpmFolder.EnsureAsync("Azurite", cancellationToken);
        var server = Launch(folder, setup);
        try
        {
            server.BlobEndpoint = await server._blobListens.Task.WaitAsync(StartTimeout, cancellationToken);
            server.TableEndpoint = await server._tableListens.Task.WaitAsync(StartTimeout, cancellationToken);
            return server;
        }
        catch (Exception)
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reaches the services through other addresses, for example those of <see cref="FaultProxy"/>.</summary>
    /// <param name="blob">The root of the blob service, without the account's name.</param>
    /// <param name="table">The root of the table service, without the account's name.</param>
    public string ConnectionStringVia(Uri blob, Uri table) =>
        $"DefaultEndpointsProtocol=http;AccountName={AccountName};AccountKey={_accountKey};" +
        $"BlobEndpoint={new Uri(blob, AccountName)};TableEndpoint={new Uri(table, AccountName)};";

    /// <summary>Reaches the services of one of the accounts with its key.</summary>
    public string ConnectionStringOf(string account) =>
        $"AccountName={account};AccountKey={_accountKey};" +
        $"BlobEndpoint={new Uri(BlobEndpoint, account)};TableEndpoint={new Uri(TableEndpoint, account)};";

    /// <summary>Ends the process and everything it started.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync().WaitAsync(StopTimeout);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }
        finally
        {
            _process.Dispose();
        }
    }

    private static AzuriteServer Launch(string folder, AzuriteSetup setup)
    {
        var accountKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(64));
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AZURITE_ACCOUNTS"] = string.Join(
            ';', setup.Accounts.Select(account => $"{account}:{accountKey}"));
        string[] arguments =
        [
            "--require", "./exit-with-parent.cjs", "node_modules/azurite/dist/src/azurite.js",
            "--inMemoryPersistence", "--silent", "--disableTelemetry", "--skipApiVersionCheck",
            "--blobHost", "127.0.0.1", "--queueHost", "127.0.0.1", "--tableHost", "127.0.0.1",
            "--blobPort", "0", "--queuePort", "0", "--tablePort", "0",
            .. setup.Arguments(),
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var server = new AzuriteServer(process, accountKey);
        process.OutputDataReceived += (_, line) => server.Heard(line.Data);
        process.ErrorDataReceived += (_, line) => server.Heard(line.Data);
        process.Exited += (_, _) => server.Ended();
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    private void Heard(string? line)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        while (_output.Count > OutputLinesKept && _output.TryDequeue(out var _))
        {
        }

        var match = Listening.Match(line);
        if (match.Success)
        {
            var listens = match.Groups["service"].Value == "Blob" ? _blobListens : _tableListens;
            listens.TrySetResult(new Uri(match.Groups["address"].Value));
        }
    }

    private void Ended()
    {
        var problem = new InvalidOperationException(
            "Azurite ended before it listened. It said:\n" + string.Join('\n', _output));
        _blobListens.TrySetException(problem);
        _tableListens.TrySetException(problem);
    }

    [GeneratedRegex("^Azurite (?<service>Blob|Table) service is successfully listening at (?<address>https?://\\S+)$")]
    private static partial Regex Listening { get; }
}
