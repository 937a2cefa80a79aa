namespace Serverless.StorageEngine.Security;

/// <summary>One thing that changes about rights and keys.</summary>
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
}
