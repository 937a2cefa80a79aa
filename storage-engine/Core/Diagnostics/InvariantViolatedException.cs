namespace Serverless.StorageEngine.Diagnostics;

/// <summary>Something that must always be true was not: a bug of this program, never a fault of its
/// surroundings.</summary>
public sealed class InvariantViolatedException : Exception
{
    /// <summary>Says what must hold.</summary>
    /// <param name="message">The condition.</param>
    public InvariantViolatedException(string message)
        : base(message)
    {
    }
}
