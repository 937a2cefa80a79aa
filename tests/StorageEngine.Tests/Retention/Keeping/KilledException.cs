namespace Serverless.StorageEngine.Tests.Retention.Keeping;

/// <summary>A node dies: nothing in it catches this.</summary>
public sealed class KilledException : Exception
{
    public KilledException()
        : base("The node was killed.")
    {
    }
}
