namespace Serverless.StorageEngine.Queues;

/// <summary>
/// The queue or its topic was deleted, or created again, since a request looked them up: it must look again. Never
/// leaves this folder; nothing was done.
/// </summary>
internal sealed class StaleViewException : Exception;
