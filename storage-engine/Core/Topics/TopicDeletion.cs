namespace Serverless.StorageEngine.Topics;

/// <summary>The outcomes of deleting a topic.</summary>
public enum TopicDeletion
{
    /// <summary>The topic and its records are gone; the name is free.</summary>
    Deleted,

    /// <summary>
    /// The topic is gone and the name is free, but the storage service failed, or damaged data was found, while the
    /// records were being removed. A later deletion or creation of any topic, or
    /// <see cref="TopicCatalog.FinishDeletionsAsync"/>, removes what can be removed of the rest.
    /// </summary>
    DeletedRecordsRemain,

    /// <summary>Nothing was changed: there is no topic of this name.</summary>
    UnknownTopic,
}
