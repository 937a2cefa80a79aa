namespace Serverless.StorageEngine.Security;

/// <summary>How the name in an <see cref="Acl"/> stands for names of resources.</summary>
public enum AclPatternType
{
    /// <summary>For itself; <c>*</c> for all.</summary>
    Literal = 3,

    /// <summary>For all names that begin with it.</summary>
    Prefixed = 4,
}
