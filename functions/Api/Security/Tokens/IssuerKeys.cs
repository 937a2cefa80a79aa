using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Serverless.Functions.Api.Security.Tokens;

/// <summary>The name and the keys of an issuer, as its metadata tells them.</summary>
/// <remarks>
/// Read when the first token comes, anew each hour, and when a token names a key that is not among them; but at most
/// once in <see cref="SpacingMin"/>, so that nobody makes this node ask the issuer without end. While no keys are
/// known nobody has anything from that, and reads follow each other by <see cref="SpacingFirst"/>, and by twice as much
/// after each one that failed. While the issuer does not answer, keys are good until they are <see cref="AgeMax"/> old.
/// One read at a time for all who wait.
/// </remarks>
/// <param name="settings">Where the metadata lie.</param>
/// <param name="documents">Fetches them.</param>
/// <param name="time">The only clock.</param>
internal sealed class IssuerKeys(TokenSettings settings, IDocumentRetriever documents, TimeProvider time)
{
    /// <summary>The least time between two reads while keys are known.</summary>
    public static readonly TimeSpan SpacingMin = TimeSpan.FromSeconds(30);

    /// <summary>The time after the first read that failed, while no keys are known.</summary>
    public static readonly TimeSpan SpacingFirst = TimeSpan.FromSeconds(1);

    /// <summary>How old keys become before they are read anew.</summary>
    public static readonly TimeSpan RefreshAge = TimeSpan.FromHours(1);

    /// <summary>How old keys may be that are trusted.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromHours(24);

    // Of SpacingFirst, so that it is SpacingMin.
    private const int DoublingsMax = 5;

    private readonly Lock _lock = new();
    private Known? _known;
    private Task _reading = Task.CompletedTask;
    private long? _triedAt;
    private int _failures;

    /// <summary>What is known; null when nothing is, or nothing that is young enough.</summary>
    /// <param name="cancellationToken">Abandons the wait for the first read.</param>
    public async ValueTask<OpenIdConnectConfiguration?> GetAsync(CancellationToken cancellationToken)
    {
        var age = AgeOf(Volatile.Read(ref _known));
        if (age > RefreshAge)
        {
            var reading = BeginReading();
            if (age > AgeMax)
            {
                await reading.WaitAsync(cancellationToken);
            }
        }

        var known = Volatile.Read(ref _known);
        return AgeOf(known) <= AgeMax ? known!.Configuration : null;
    }

    /// <summary>Reads anew, unless that was done a moment ago, because a token names a key that is not known.</summary>
    /// <param name="cancellationToken">Abandons the wait.</param>
    public async ValueTask<OpenIdConnectConfiguration?> RefreshAsync(CancellationToken cancellationToken)
    {
        await BeginReading().WaitAsync(cancellationToken);
        return await GetAsync(cancellationToken);
    }

    private TimeSpan AgeOf(Known? known) => known is null ? TimeSpan.MaxValue : time.GetElapsedTime(known.ReadAt);

    private Task BeginReading()
    {
        lock (_lock)
        {
            if (_reading.IsCompleted && (_triedAt is not { } tried || time.GetElapsedTime(tried) >= Spacing()))
            {
                _triedAt = time.GetTimestamp();
                _reading = ReadAsync();
            }

            return _reading;
        }
    }

    private TimeSpan Spacing()
    {
        var failures = Volatile.Read(ref _failures);
        if (failures == 0 || AgeOf(Volatile.Read(ref _known)) <= AgeMax)
        {
            return SpacingMin;
        }

        var doubled = SpacingFirst * (1 << (failures - 1));
        return doubled < SpacingMin ? doubled : SpacingMin;
    }

    // Whatever goes wrong, what was known before stays as long as it is young enough.
    private async Task ReadAsync()
    {
        var readAt = time.GetTimestamp();
        try
        {
            var read = await OpenIdConnectConfigurationRetriever.GetAsync(
                settings.Metadata.AbsoluteUri, documents, CancellationToken.None);
            if (read.SigningKeys.Count > 0)
            {
                Volatile.Write(ref _known, new Known(read, readAt));
                Volatile.Write(ref _failures, 0);
                return;
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or OperationCanceledException
            or ArgumentException or InvalidOperationException or System.Text.Json.JsonException)
        {
            // Who needs the keys is told that there are none.
        }

        // One read at a time.
        Volatile.Write(ref _failures, Math.Min(_failures, DoublingsMax) + 1);
    }

    private sealed record Known(OpenIdConnectConfiguration Configuration, long ReadAt);
}
