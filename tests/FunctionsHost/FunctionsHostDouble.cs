using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace Serverless.FunctionsHost;

/// <summary>
/// What the Azure Functions host is to a custom handler, as far as its source tells: variables, the question whether it
/// is ready, requests that are passed on, the timer's calls. Keys, scale, and the platform in front are not there.
/// </summary>
/// <remarks>
/// The handler's process belongs to the caller, who starts it with <see cref="Variables"/> and kills it; the real host
/// kills it, too, and asks nobody before.
/// </remarks>
public sealed class FunctionsHostDouble : IAsyncDisposable
{
    /// <summary>How long the real host waits for a handler that does not listen.</summary>
    public static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private const string Version = "4.1044.400";
    private const long RequestBytesMax = 104_857_600;

    private static readonly TimeSpan ReadyInterval = TimeSpan.FromMilliseconds(25);

    private readonly FunctionApp _app;
    private readonly string _scheme;
    private readonly int _port = FreePort();
    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
    });

    private WebApplication? _server;

    /// <summary>Prepares to host an app.</summary>
    /// <param name="app">The app.</param>
    /// <param name="scheme">The scheme that clients use; the platform in front of the real host ends TLS.</param>
    public FunctionsHostDouble(FunctionApp app, string scheme = "http") => (_app, _scheme) = (app, scheme);

    /// <summary>The variables that the handler's process is started with.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>
    {
        ["FUNCTIONS_CUSTOMHANDLER_PORT"] = $"{_port}",
        ["FUNCTIONS_CUSTOMHANDLER_WORKER_ID"] = $"{Guid.NewGuid()}",
        ["FUNCTIONS_APP_ROOT_PATH"] = _app.Root,
        ["FUNCTIONS_HTTPWORKER_PORT"] = $"{_port}",
    };

    /// <summary>Where the handler listens; no client of the real host reaches it.</summary>
    public Uri Handler => new($"http://127.0.0.1:{_port}/");

    /// <summary>Where clients reach the app.</summary>
    public Uri Address => new(_server?.Urls.First() ?? throw new InvalidOperationException("The app is not ready."));

    /// <summary>Asks the handler until it answers anything, then lets clients in.</summary>
    /// <param name="exited">Ends when the handler's process does.</param>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> ReadyAsync(Task exited, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await AnswersAsync(cancellationToken))
        {
            if (exited.IsCompleted || Stopwatch.GetElapsedTime(began) > StartLimit)
            {
                throw new InvalidOperationException("The handler did not get ready.");
            }

            await Task.Delay(ReadyInterval, cancellationToken);
        }

        var took = Stopwatch.GetElapsedTime(began);
        _server = await ServeAsync(cancellationToken);
        return took;
    }

    /// <summary>Calls a timer's function, as the schedule does.</summary>
    /// <param name="function">The function's name.</param>
    /// <param name="cancellationToken">Abandons the call.</param>
    /// <returns>The lines that the function logged.</returns>
    /// <exception cref="InvalidOperationException">The real host would take the invocation for failed.</exception>
    public async Task<IReadOnlyList<string>> RunTimerAsync(string function, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Handler, function));
        request.Headers.TryAddWithoutValidation("X-Azure-Functions-InvocationId", $"{Guid.NewGuid()}");
        request.Headers.TryAddWithoutValidation("X-Azure-Functions-HostVersion", Version);
        request.Headers.TryAddWithoutValidation("User-Agent", $"Azure-Functions-Host/{Version}");
        request.Content = new StringContent(TimerCall(_app.Timers[function], function), Encoding.UTF8, "application/json");
        using var answer = await _invoker.SendAsync(request, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        return answer.IsSuccessStatusCode && JsonNode.Parse(text) is JsonObject reply
            ? [.. reply["Logs"]!.AsArray().Select(static line => (string)line!)]
            : throw new InvalidOperationException($"The function answered {(int)answer.StatusCode}: {text}");
    }

    /// <summary>Stops passing requests on; the handler stays with its owner.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            // A client that still waits does not keep the real host, either.
            using var now = new CancellationTokenSource(TimeSpan.Zero);
            await _server.StopAsync(now.Token);
            await _server.DisposeAsync();
        }

        _invoker.Dispose();
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Handler);
            using var answer = await _invoker.SendAsync(request, cancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<WebApplication> ServeAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBytesMax;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        builder.Services.AddHttpForwarder();
        var server = builder.Build();
        var forwarder = server.Services.GetRequiredService<IHttpForwarder>();
        var config = new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromSeconds(240) };
        var prefix = Handler.GetLeftPart(UriPartial.Authority);
        server.MapMethods(_app.Http.Route, _app.Http.Methods, async context =>
        {
            context.Request.Scheme = _scheme;
            await forwarder.SendAsync(context, prefix, _invoker, config, HostHeaders.Instance);
        });
        await server.StartAsync(cancellationToken);
        return server;
    }

    // The form of the real host: values of the trigger under the binding's name, and what the runtime adds.
    private static string TimerCall(string binding, string function) => new JsonObject
    {
        ["Data"] = new JsonObject
        {
            [binding] = new JsonObject
            {
                ["Schedule"] = new JsonObject { ["AdjustForDST"] = true },
                ["ScheduleStatus"] = null,
                ["IsPastDue"] = false,
            },
        },
        ["Metadata"] = new JsonObject
        {
            ["sys"] = new JsonObject
            {
                ["MethodName"] = function,
                ["UtcNow"] = DateTime.UtcNow,
                ["RandGuid"] = $"{Guid.NewGuid()}",
            },
        },
    }.ToJsonString();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>What the real host adds to a request that it passes on, whatever the client sent of it.</summary>
    private sealed class HostHeaders : HttpTransformer
    {
        public static readonly HostHeaders Instance = new();

        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext,
            HttpRequestMessage proxyRequest,
            string destinationPrefix,
            CancellationToken cancellationToken)
        {
            await Default.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            var invocation = $"{Guid.NewGuid()}";
            Set(proxyRequest, "x-ms-invocation-id", invocation);
            Set(proxyRequest, "X-Azure-Functions-InvocationId", invocation);
            Set(proxyRequest, "X-Azure-Functions-HostVersion", Version);
        }

        private static void Set(HttpRequestMessage request, string name, string value)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
