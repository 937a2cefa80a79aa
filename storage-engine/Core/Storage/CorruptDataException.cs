namespace Serverless.StorageEngine.Storage;

/// <summary>Stored bytes are not what was written: a check failed that no ordinary fault can make fail.</summary>
public sealed class CorruptDataException : Exception
{
    /// <summary>Names the segment or row, the position, and what was expected and found.</summary>
    /// <param name="message">Where, what was expected, what was found.</param>
    public CorruptDataException(string message)
        : base(message)
    {
    }
}
