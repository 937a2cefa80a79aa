namespace Serverless.StorageEngine.Storage;

/// <summary>Stored bytes are not what was written: a check failed that no ordinary fault can make fail.</summary>
public sealed class CorruptDataException : Exception
{
    /// <summary>Names the segment or row, the position, and what was expected and found.</summary>
    /// <param name="message">Where, what was expected, what was found.</param>
    /// <param name="innerException">The same finding of another caller, if that is where it comes from.</param>
    public CorruptDataException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The same finding for another caller who waited for the same thing.</summary>
    internal CorruptDataException ForAnother() => new(Message, this);
}
