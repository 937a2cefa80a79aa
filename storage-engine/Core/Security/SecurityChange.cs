using Serverless.StorageEngine.Quotas;

namespace Serverless.StorageEngine.Security;

/// <summary>One thing that changes about rights, keys and quotas.</summary>
internal abstract record SecurityChange
{
    private SecurityChange()
    {
    }

    /// <summary>A right is added that is not there.</summary>
    public sealed record AddAcl(Acl Acl) : SecurityChange;

    /// <summary>A right goes that is there.</summary>
    public sealed record RemoveAcl(Acl Acl) : SecurityChange;

    /// <summary>A key is added whose id is not there.</summary>
    public sealed record AddKey(ApiKey Key) : SecurityChange;

    /// <summary>A key goes that is there.</summary>
    public sealed record RemoveKey(string Id) : SecurityChange;

    /// <summary>A quota takes the place of the one that is there, or is new.</summary>
    public sealed record SetQuota(QuotaEntity Entity, QuotaLimits Limits) : SecurityChange;

    /// <summary>A quota goes that is there.</summary>
    public sealed record RemoveQuota(QuotaEntity Entity) : SecurityChange;
}
