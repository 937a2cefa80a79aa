namespace Serverless.StorageEngine.Storage;

/// <summary>A write may have happened, may not have happened, or may still happen. Read back before retrying.</summary>
public sealed class StorageOutcomeUnknownException : Exception
{
    /// <summary>Names the operation and why its outcome is not known.</summary>
    /// <param name="message">The operation, its target and what went wrong.</param>
    /// <param name="innerException">What the adapter caught, if anything.</param>
    public StorageOutcomeUnknownException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The same failure for another caller who waited for the same thing.</summary>
    internal StorageOutcomeUnknownException ForAnother() => new(Message, this);
}
