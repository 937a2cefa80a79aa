namespace Serverless.StorageEngine.Quotas;

/// <summary>Whom or what a quota limits. The numbers are not stored.</summary>
public enum QuotaEntityType
{
    /// <summary>A principal, in all that it asks of a node.</summary>
    User,

    /// <summary>A topic, in all that is asked of a node about it.</summary>
    Topic,
}
