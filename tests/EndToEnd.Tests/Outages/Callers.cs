using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace Serverless.EndToEnd.Tests.Outages;

/// <summary>Many clients of one node that ask the same kinds of things on and on, whatever is answered.</summary>
internal sealed class Callers : IAsyncDisposable
{
    // Callers that ask without a pause measure how long a queue they make themselves.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);

    private readonly HttpClient _client;
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentDictionary<string, long> _succeeded = new();
    private readonly Task _work;
    private int _refusals;

    /// <summary>Begins to call.</summary>
    /// <param name="client">Reaches the node; stays with the caller.</param>
    /// <param name="kinds">A name and a request for each kind.</param>
    /// <param name="each">How many callers of each kind.</param>
    public Callers(HttpClient client, IReadOnlyDictionary<string, Func<HttpRequestMessage>> kinds, int each)
    {
        _client = client;
        _work = Task.WhenAll(kinds.SelectMany(kind =>
            Enumerable.Range(1, each).Select(number => CallAsync($"{kind.Key} {number}", kind.Value))));
    }

    /// <summary>Answers that were neither a success nor a refusal that says when to try again.</summary>
    public ConcurrentQueue<string> Surprises { get; } = new();

    /// <summary>How many refusals there were.</summary>
    public int Refusals => _refusals;

    /// <summary>Waits until every caller has got a success from now on.</summary>
    /// <returns>How long the slowest one waited.</returns>
    public async Task<TimeSpan> AllSucceedAsync(TimeSpan patience)
    {
        var began = Stopwatch.GetTimestamp();
        while (Waiting(began) is [var _, ..] waiting)
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < patience, $"No success of: {string.Join(", ", waiting)}");
            await Task.Delay(PollInterval, TestContext.Current.CancellationToken);
        }

        return Stopwatch.GetElapsedTime(began, _succeeded.Values.Max());
    }

    private string[] Waiting(long since) =>
        [.. _succeeded.Where(caller => caller.Value < since).Select(static caller => caller.Key)];

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _work;
        _ended.Dispose();
    }

    private async Task CallAsync(string name, Func<HttpRequestMessage> build)
    {
        _succeeded[name] = 0;
        while (!_ended.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Pause, _ended.Token);
                using var request = build();
                using var response = await _client.SendAsync(request, _ended.Token);
                if (response.IsSuccessStatusCode)
                {
                    _succeeded[name] = Stopwatch.GetTimestamp();
                }
                else
                {
                    await NoteAsync(name, response);
                }
            }
            catch (OperationCanceledException) when (_ended.IsCancellationRequested)
            {
                // The test has seen enough.
            }
        }
    }

    // REST Proxy v2 answers an unknown outcome with 500 and a code that says: try again.
    private async Task NoteAsync(string name, HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync(_ended.Token);
        var isRefusal = response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests
            ? response.Headers.RetryAfter is not null
            : body.Contains("\"error_code\":50003,", StringComparison.Ordinal);
        if (isRefusal)
        {
            Interlocked.Increment(ref _refusals);
        }
        else
        {
            Surprises.Enqueue($"{name}: {(int)response.StatusCode} {body}");
        }
    }
}
