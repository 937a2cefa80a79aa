namespace Serverless.Functions.Api.Security;

/// <summary>What a request may do that shows neither a key nor a token.</summary>
public enum AnonymousAccess
{
    /// <summary>Nothing: it is answered 401.</summary>
    None,

    /// <summary>What the stored rights allow <c>User:ANONYMOUS</c>.</summary>
    Acls,

    /// <summary>Everything.</summary>
    All,
}
