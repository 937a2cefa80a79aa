namespace Serverless.StorageEngine.Azure;

/// <summary>Repeats reads that failed for a passing reason. Nothing else in this adapter is ever repeated.</summary>
/// <param name="time">Runs the pauses between the tries.</param>
internal sealed class BoundedReads(TimeProvider time)
{
    /// <summary>
    /// How often a read is tried: with the pauses below that is 0.7 s beside the time of the tries themselves.
    /// </summary>
    public const int AttemptsMax = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The result of the first try that does not fail for a passing reason, or the last try's failure.
    /// </summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await read(cancellationToken);
            }
            catch (Exception fault) when (
                attempt < AttemptsMax && AzureFaults.IsFault(fault, cancellationToken) && AzureFaults.MayPass(fault))
            {
                await Task.Delay(FirstPause * (1 << (attempt - 1)), time, cancellationToken);
            }
        }
    }
}
