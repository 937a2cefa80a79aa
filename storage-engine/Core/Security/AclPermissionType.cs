namespace Serverless.StorageEngine.Security;

/// <summary>Whether an <see cref="Acl"/> gives a right or takes it. What takes it wins.</summary>
public enum AclPermissionType
{
    /// <summary>Takes it.</summary>
    Deny = 2,

    /// <summary>Gives it.</summary>
    Allow = 3,
}
