namespace Serverless.StorageEngine.Retention.Keeping;

/// <summary>Where the next run goes on: at the first place that got nothing of what it needs. Places that got some and need
/// more come last, so that none of them keeps the others from their turn.</summary>
/// <typeparam name="TPlace">A place, whose order is that of the notes.</typeparam>
internal sealed class WorkLeft<TPlace>
    where TPlace : struct
{
    private TPlace? _untouched;
    private TPlace? _begun;

    /// <summary>The place; null when nothing is left.</summary>
    public TPlace? Next => _untouched ?? _begun;

    /// <summary>Whether all that is left has got something.</summary>
    public bool IsBegun => _untouched is null && _begun is not null;

    /// <summary>Notes that work is left.</summary>
    /// <param name="place">Where.</param>
    /// <param name="isBegun">Whether some of it was done.</param>
    public void Note(TPlace place, bool isBegun)
    {
        if (isBegun)
        {
            _begun ??= place;
        }
        else
        {
            _untouched ??= place;
        }
    }
}
