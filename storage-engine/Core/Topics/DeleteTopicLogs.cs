namespace Serverless.StorageEngine.Topics;

/// <summary>
/// Ends the logs of a deleted topic; <see cref="Log.EventLog.DeleteLogsAsync"/> in every process. Idempotent: the
/// catalog calls it again when an earlier call was interrupted.
/// </summary>
/// <param name="topic">The life of the topic that ended.</param>
/// <param name="partitionCount">How many partitions it had in the end.</param>
/// <param name="cancellationToken">Abandons the work, which a later call completes.</param>
public delegate ValueTask DeleteTopicLogs(TopicId topic, int partitionCount, CancellationToken cancellationToken);
