namespace Serverless.StorageEngine.Security;

/// <summary>The kinds of reasons for which a key is not made.</summary>
public enum ApiKeyProblemCode
{
    /// <summary>Nobody can be this principal by showing something.</summary>
    InvalidPrincipal,

    /// <summary>The principal, or all together, have as many as they may.</summary>
    TooManyKeys,
}
