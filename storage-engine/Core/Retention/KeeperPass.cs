namespace Serverless.StorageEngine.Retention;

/// <summary>What one pass over a log has done already, and may do.</summary>
/// <param name="MayRewrite">Whether segments may be copied and compacted: not when the run has moved its share of
/// bytes.</param>
/// <param name="HasLooked">Whether the active segment was looked at; once is enough.</param>
/// <param name="HasCompacted">Whether the log was compacted; once is enough.</param>
internal sealed record KeeperPass(bool MayRewrite, bool HasLooked = false, bool HasCompacted = false)
{
    /// <summary>The pass behind a step.</summary>
    public KeeperPass After(KeeperStep step) => this with
    {
        HasLooked = HasLooked || step is KeeperStep.LookAtActive,
        HasCompacted = HasCompacted || step is KeeperStep.Compact,
    };
}
