using System.Diagnostics;
using System.Text;
using Serverless.Benchmarks.Http;

namespace Serverless.Benchmarks.Flood;

/// <summary>A good client: it has a key, and sends a request at each tick of its own, but one at a time.</summary>
/// <param name="node">Where the node listens.</param>
/// <param name="key">What it shows.</param>
/// <param name="window">How long it sends.</param>
internal sealed class SteadyClient(Uri node, string key, TimeSpan window) : IFloodClient
{
    /// <summary>How many there are.</summary>
    public const int Count = 4;

    /// <summary>How many requests each sends a second, as long as they are answered in time.</summary>
    public const int RequestsPerSecond = 100;

    /// <summary>How many records a request brings.</summary>
    public const int RecordsPerRequest = 100;

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1) / RequestsPerSecond;

    private readonly LoadConnection _connection = new(node);
    private readonly PreparedRequest _request = PreparedRequest.Post(
        $"/api/v1/topics/{ProduceScenarios.Topic}/records",
        "application/x-ndjson",
        Encoding.UTF8.GetBytes(string.Join('\n', Documents.Values.Take(RecordsPerRequest))),
        RecordsPerRequest,
        key);

    /// <summary>
    /// How long each acknowledgement took, in milliseconds: from the send, or from the tick where an earlier answer
    /// held the send up.
    /// </summary>
    public List<double> Acknowledged { get; } = [];

    public void Open() => _connection.Open();

    public void Run()
    {
        var began = Stopwatch.GetTimestamp();
        for (var due = TimeSpan.Zero; due < window && Stopwatch.GetElapsedTime(began) < window; due += Tick)
        {
            var early = due - Stopwatch.GetElapsedTime(began);
            if (early > TimeSpan.Zero)
            {
                Thread.Sleep(early);
            }

            var from = early > TimeSpan.Zero ? Stopwatch.GetElapsedTime(began) : due;
            if (_connection.Ask(_request) is { Status: not 200 } refusal)
            {
                throw new InvalidDataException($"The node answered {refusal.Status} to a good client.");
            }

            Acknowledged.Add((Stopwatch.GetElapsedTime(began) - from).TotalMilliseconds);
        }
    }

    public void Dispose() => _connection.Dispose();
}
