using Serverless.StorageEngine.Scheduling;

namespace Serverless.StorageEngine.Storage;

/// <summary>
/// The loop of everything that changes rows: read what is there, decide, write on the condition that nobody changed it
/// meanwhile; after a lost race or an unknown outcome, read and decide again.
/// </summary>
/// <remarks>
/// A refusal of storage ends the loop at once: the caller is told when to come back, and nothing waits here for an
/// outage to end.
/// </remarks>
/// <param name="time">The only clock.</param>
/// <param name="random">The only source of randomness.</param>
internal sealed class ConditionalChange(TimeProvider time, Random random)
{
    /// <summary>Most second rounds follow a change of the caller's own, or a race with one other caller.</summary>
    public const int RoundsWithoutPause = 2;

    /// <summary>The longest pause before the third round; doubles up to <see cref="PauseMax"/>, with jitter.</summary>
    public static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(16);

    /// <summary>The longest pause between two rounds.</summary>
    public static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(250);

    /// <summary>Goes round until the change is decided.</summary>
    /// <param name="subject">What is changed, as it begins a sentence.</param>
    /// <param name="roundsMax">How often to read and decide.</param>
    /// <param name="round">
    /// Reads, decides and writes once: an outcome, or none after a lost race. It is told whether the write of an earlier
    /// round may have happened, and must not take its own effect for another's.
    /// </param>
    /// <param name="cancellationToken">Abandons the wait between two rounds.</param>
    /// <returns>The outcome, and why it had to be looked for, if an earlier round's write is in doubt.</returns>
    /// <exception cref="StorageUnavailableException">Nothing was changed.</exception>
    /// <exception cref="StorageOutcomeUnknownException">The change may have happened.</exception>
    public async ValueTask<(T Outcome, StorageOutcomeUnknownException? Doubt)> RunAsync<T>(
        string subject,
        int roundsMax,
        Func<bool, ValueTask<(bool IsDecided, T Outcome)>> round,
        CancellationToken cancellationToken)
    {
        StorageOutcomeUnknownException? doubt = null;
        for (var number = 0; number < roundsMax; number++)
        {
            await PauseAsync(number, cancellationToken);
            try
            {
                var (isDecided, outcome) = await round(doubt is not null);
                if (isDecided)
                {
                    return (outcome, doubt);
                }
            }
            catch (StorageOutcomeUnknownException exception)
            {
                doubt = exception;
            }
            catch (StorageUnavailableException exception) when (doubt is not null)
            {
                // This round changed nothing, but an earlier one may have.
                throw new StorageOutcomeUnknownException(
                    $"Whether {subject} was changed is not known. {doubt.Message} {exception.Message}", doubt);
            }
        }

        throw doubt as Exception ?? new StorageUnavailableException(
            $"{subject} was changed by others during all of {roundsMax} attempts.");
    }

    private async ValueTask PauseAsync(int number, CancellationToken cancellationToken)
    {
        if (number >= RoundsWithoutPause)
        {
            var most = Math.Min(PauseMax.Ticks, PauseMin.Ticks << Math.Min(number - RoundsWithoutPause, 10));
            var pause = new TimeSpan((long)(most * random.NextDouble()));
            await Waits.DelayAsync(pause, time, cancellationToken);
        }
    }
}
