namespace Serverless.StorageEngine.Log;

/// <summary>
/// A token bucket that caps a log's paid appends: burst 2, then one per interval. An idle log appends at once, a busy
/// one settles at one large block per interval (<c>ARCHITECTURE.md</c>, cost). Pure.
/// </summary>
/// <param name="Tokens">0 to <see cref="Burst"/>.</param>
/// <param name="At">When they were counted.</param>
internal readonly record struct AppendSpacing(double Tokens, DateTimeOffset At)
{
    /// <summary>Appends that may follow each other without a pause.</summary>
    public const double Burst = 2;

    /// <summary>A log that was idle for long.</summary>
    public static AppendSpacing Full(DateTimeOffset now) => new(Burst, now);

    /// <summary>Takes one token, from the future if need be.</summary>
    /// <param name="interval">The topic's <c>append.interval.ms</c>; zero for no spacing.</param>
    /// <param name="now">By this node's clock.</param>
    /// <param name="wait">How long to wait before the append.</param>
    public AppendSpacing Take(TimeSpan interval, DateTimeOffset now, out TimeSpan wait)
    {
        if (interval <= TimeSpan.Zero)
        {
            wait = TimeSpan.Zero;
            return Full(now);
        }

        // A clock that was set back must not stop the log: then no time has passed.
        var passed = now > At ? now - At : TimeSpan.Zero;
        var tokens = Math.Min(Burst, Tokens + (passed / interval)) - 1;
        wait = tokens >= 0 ? TimeSpan.Zero : interval * -tokens;
        return new AppendSpacing(tokens, now);
    }

    /// <summary>
    /// The same tokens, with a time left out. Writers of one log that lose a position to each other leave out what they
    /// lost by that: so they do not meet again an interval later, and come to share the interval out among themselves.
    /// </summary>
    /// <param name="time">What gives no tokens; not negative.</param>
    public AppendSpacing Without(TimeSpan time) => this with { At = At + time };
}
