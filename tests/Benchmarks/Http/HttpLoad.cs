using System.Diagnostics;
using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Http;

/// <summary>A load of several clients for a time, each with a thread, a connection and one request in flight.</summary>
internal static class HttpLoad
{
    /// <summary>Runs the clients; each sends its requests over and over.</summary>
    /// <param name="server">The server, whose processor time is read.</param>
    /// <param name="clients">The requests of each client, in order.</param>
    /// <param name="window">How long no client stops; what is in flight then is waited for.</param>
    public static LoadResult Run(ServerProcess server, IReadOnlyList<PreparedRequest[]> clients, TimeSpan window)
    {
        using var start = new Barrier(clients.Count + 1);
        var runs = clients.Select(requests => new Client(server.Address, requests, window)).ToArray();
        var threads = runs.Select(run => new Thread(() => run.Run(start)) { IsBackground = true }).ToArray();
        Array.ForEach(threads, static thread => thread.Start());

        using var self = Process.GetCurrentProcess();
        var (own, other, began) = (self.TotalProcessorTime, server.ProcessorTime, Stopwatch.GetTimestamp());
        start.SignalAndWait();
        Array.ForEach(threads, static thread => thread.Join());
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        other = server.ProcessorTime - other;
        self.Refresh();
        own = self.TotalProcessorTime - own;

        if (runs.Select(static run => run.Fault).FirstOrDefault(static fault => fault is not null) is { } fault)
        {
            throw new InvalidOperationException("A client failed.", fault);
        }

        var times = runs.SelectMany(static run => run.Times).Order().ToArray();
        return new LoadResult(
            times.Length,
            runs.Sum(static run => run.Records),
            runs.Sum(static run => run.Bytes),
            seconds,
            other.TotalSeconds,
            own.TotalSeconds,
            Stopwatch.GetElapsedTime(0, times[times.Length / 2]).TotalMilliseconds,
            Stopwatch.GetElapsedTime(0, times[times.Length * 99L / 100]).TotalMilliseconds);
    }

    private sealed class Client(Uri address, PreparedRequest[] requests, TimeSpan window)
    {
        public List<long> Times { get; } = new(capacity: 100_000);

        public long Records { get; private set; }

        public long Bytes { get; private set; }

        public Exception? Fault { get; private set; }

        public void Run(Barrier start)
        {
            using var connection = new LoadConnection(address);
            try
            {
                connection.Open();
            }
            catch (Exception exception)
            {
                Fault = exception;
            }

            start.SignalAndWait();
            try
            {
                Repeat(connection);
            }
            catch (Exception exception)
            {
                Fault ??= exception;
            }
        }

        private void Repeat(LoadConnection connection)
        {
            var began = Stopwatch.GetTimestamp();
            for (var number = 0; Stopwatch.GetElapsedTime(began) < window; number++)
            {
                var request = requests[number % requests.Length];
                var sent = Stopwatch.GetTimestamp();
                var answer = connection.Ask(request);
                if (answer.Status is < 200 or > 299)
                {
                    throw new InvalidDataException($"The server answered {answer.Status}.");
                }

                if (request.Records > 0)
                {
                    Times.Add(Stopwatch.GetTimestamp() - sent);
                    Records += request.Records;
                    Bytes += request.Bytes.Length + answer.BodyBytes;
                }
            }
        }
    }
}
