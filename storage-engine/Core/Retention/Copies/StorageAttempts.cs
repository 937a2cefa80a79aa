using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Retention.Copies;

/// <summary>
/// Does what may be done again, a few times: a copy takes hundreds of calls, and one that fails must not cost all the
/// others. An outage still ends it.
/// </summary>
/// <param name="time">The only clock.</param>
/// <param name="random">The only source of randomness.</param>
internal sealed class StorageAttempts(TimeProvider time, Random random)
{
    /// <summary>How often one call is made: with the pauses between, about three seconds of trouble.</summary>
    public const int AttemptsMax = 6;

    /// <summary>The longest pause before the second attempt; doubles each time.</summary>
    public static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(100);

    /// <summary>Calls until there is an outcome.</summary>
    /// <param name="call">Safe to repeat, also when an earlier call may have had its effect.</param>
    /// <param name="cancellationToken">Abandons the wait between two attempts.</param>
    /// <exception cref="StorageUnavailableException">Storage refused every attempt.</exception>
    /// <exception cref="StorageOutcomeUnknownException">No attempt is known to have succeeded, and one may
    /// have.</exception>
    public async ValueTask<T> RunAsync<T>(Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        StorageOutcomeUnknownException? doubt = null;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (StorageOutcomeUnknownException exception) when (attempt < AttemptsMax)
            {
                doubt = exception;
            }
            catch (StorageUnavailableException) when (attempt < AttemptsMax)
            {
                // Nothing happened: again, behind the pause.
            }
            catch (StorageUnavailableException exception) when (doubt is not null)
            {
                // The last attempt did nothing, but an earlier one may have, or may yet.
                throw new StorageOutcomeUnknownException($"{doubt.Message} {exception.Message}", doubt);
            }

            var most = PauseMin * (1 << (attempt - 1));
            await Waits.DelayAsync(most * ((1 + random.NextDouble()) / 2), time, cancellationToken);
        }
    }
}
