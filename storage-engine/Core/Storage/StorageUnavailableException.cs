namespace Serverless.StorageEngine.Storage;

/// <summary>The storage service did not do what was asked, and certainly changed nothing. May be retried.</summary>
public sealed class StorageUnavailableException : Exception
{
    /// <summary>Names the operation and what the service said.</summary>
    /// <param name="message">The operation, its target and the service's answer.</param>
    /// <param name="innerException">What the adapter caught, if anything.</param>
    /// <param name="retryAfter">How long the service asked to wait, if it said so.</param>
    public StorageUnavailableException(string message, Exception? innerException = null, TimeSpan? retryAfter = null)
        : base(message, innerException) => RetryAfter = retryAfter;

    /// <summary>How long the service asked to wait before the next try, if it said so.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>The same failure for another caller who waited for the same thing.</summary>
    internal StorageUnavailableException ForAnother() => new(Message, this, RetryAfter);
}
