using System.Diagnostics;
using System.Globalization;
using System.Net;
using Serverless.Benchmarks.Http;

namespace Serverless.Benchmarks.Flood;

/// <summary>A client of the flood: it sends the next request as soon as the one before is answered.</summary>
/// <remarks>It may come from many addresses, by a connection of each in turn.</remarks>
internal sealed class FloodingClient : IFloodClient
{
    /// <summary>How many there are.</summary>
    public const int Count = 8;

    private readonly PreparedRequest[] _requests;
    private readonly HashSet<int> _expected;
    private readonly TimeSpan _window;
    private readonly LoadConnection[] _connections;

    /// <summary>Connects to nothing yet.</summary>
    /// <param name="server">Where the flooded server listens.</param>
    /// <param name="kind">What it sends, and from where.</param>
    /// <param name="number">Which of the clients it is, from 0.</param>
    /// <param name="window">How long it sends.</param>
    public FloodingClient(Uri server, FloodKind kind, int number, TimeSpan window)
    {
        (_requests, _expected, _window) = ([.. kind.Requests], kind.Expected, window);
        _connections = kind.Addresses == 1
            ? [new LoadConnection(server)]
            :
            [
                .. Enumerable.Range(0, kind.Addresses)
                    .Where(address => address % Count == number)
                    .Select(address => new LoadConnection(server, AddressOf(address))),
            ];
    }

    /// <summary>How many were answered as expected: all refused, where a node was asked.</summary>
    public long Answered { get; private set; }

    /// <summary>Those of them that were refused unseen, with 429.</summary>
    public long Throttled { get; private set; }

    public void Open() => Array.ForEach(_connections, static connection => connection.Open());

    public void Run()
    {
        var began = Stopwatch.GetTimestamp();
        for (var number = 0; Stopwatch.GetElapsedTime(began) < _window; number++)
        {
            var answer = _connections[number % _connections.Length].Ask(_requests[number % _requests.Length]);
            if (!_expected.Contains(answer.Status))
            {
                throw new InvalidDataException($"A request of the flood was answered {answer.Status}.");
            }

            Answered++;
            Throttled += answer.Status == (int)HttpStatusCode.TooManyRequests ? 1 : 0;
        }
    }

    public void Dispose() => Array.ForEach(_connections, static connection => connection.Dispose());

    // All of 127.0.0.0/8 are this machine's.
    private static IPAddress AddressOf(int number) => IPAddress.Parse(
        string.Create(CultureInfo.InvariantCulture, $"127.0.{1 + (number / 200)}.{1 + (number % 200)}"));
}
