using Serverless.StorageEngine.Diagnostics;

namespace Serverless.StorageEngine.Storage;

/// <summary>Calls of a storage service, as meters and traces see them. Only calls that are made are paid for.</summary>
/// <param name="meters">Count the calls.</param>
/// <param name="time">The only clock.</param>
internal sealed class StorageCalls(EngineMeters meters, TimeProvider time)
{
    /// <summary>Makes a call.</summary>
    /// <typeparam name="T">What it returns.</typeparam>
    /// <param name="operation">One of a fixed set of names: what the service bills by.</param>
    /// <param name="target">The segment's name, or the table partition.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Abandons it.</param>
    public ValueTask<T> MakeAsync<T>(
        string operation,
        string target,
        Func<CancellationToken, ValueTask<T>> call,
        CancellationToken cancellationToken)
    {
        meters.Topics.Count(operation, target);
        return meters.Storage.IsListenedTo || EngineActivities.Current is not null
            ? ObserveAsync(operation, target, call, cancellationToken)
            : call(cancellationToken);
    }

    /// <summary>Counts the beginning of a listing, which goes on as long as its reader reads.</summary>
    /// <param name="target">What the names begin with.</param>
    public void CountListing(string target)
    {
        meters.Topics.Count(ListOperation, target);
        meters.Storage.Count(ListOperation, OutcomeNames.Ok);
    }

    private const string ListOperation = "segment.list";

    private async ValueTask<T> ObserveAsync<T>(
        string operation,
        string target,
        Func<CancellationToken, ValueTask<T>> call,
        CancellationToken cancellationToken)
    {
        using var activity = EngineActivities.StartStorage(operation, target);
        var began = time.GetTimestamp();
        try
        {
            var result = await call(cancellationToken);
            meters.Storage.Count(operation, OutcomeNames.Of(result), time.GetElapsedTime(began));
            EngineActivities.End(activity, OutcomeNames.Of(result));
            return result;
        }
        catch (Exception exception)
        {
            meters.Storage.Count(operation, OutcomeNames.Of(exception), time.GetElapsedTime(began));
            EngineActivities.End(activity, OutcomeNames.Of(exception));
            throw;
        }
    }
}
