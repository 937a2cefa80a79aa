namespace Serverless.Functions.Host.Settings;

/// <summary>What whoever shows nothing may do; the last three are <c>AnonymousAccess</c>.</summary>
internal enum AnonymousSetting
{
    /// <summary>Everything, when only this machine reaches node and store; else nothing.</summary>
    Auto,

    /// <summary>Nothing.</summary>
    None,

    /// <summary>What the stored rights allow.</summary>
    Acls,

    /// <summary>Everything.</summary>
    All,
}
