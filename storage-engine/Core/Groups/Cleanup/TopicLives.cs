using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups.Cleanup;

/// <summary>
/// Tells which lives of topics are over. A life that is over stays over, so that is remembered for a whole run; that one
/// goes on is certain only for what was stored before it was looked up.
/// </summary>
internal sealed class TopicLives(TopicCatalog topics)
{
    // An id takes 16 bytes, a name up to 249 characters: some megabytes at most.
    private const int KnownMax = 10_000;

    private readonly Dictionary<TopicName, TopicId> _living = [];
    private readonly HashSet<TopicId> _over = [];

    /// <summary>Those lives that are over.</summary>
    /// <param name="lives">
    /// Lives that rows speak of which were read before this call. A row is written in the life that it names, so if the
    /// name has another one now, or none, the row's is over.
    /// </param>
    /// <param name="cancellationToken">Abandons the look-up.</param>
    public async ValueTask<IReadOnlySet<TopicId>> OverAsync(
        IEnumerable<(TopicName Name, TopicId Life)> lives, CancellationToken cancellationToken)
    {
        var over = new HashSet<TopicId>();
        foreach (var (name, life) in lives.Distinct())
        {
            if (_over.Contains(life) || !await IsLivingAsync(name, life, cancellationToken))
            {
                over.Add(life);
            }
        }

        return over;
    }

    private async ValueTask<bool> IsLivingAsync(TopicName name, TopicId life, CancellationToken cancellationToken)
    {
        if (_living.TryGetValue(name, out var known) && known == life)
        {
            return true;
        }

        if (_living.Count + _over.Count >= KnownMax)
        {
            _living.Clear();
            _over.Clear();
        }

        var present = (await topics.FindAnewAsync(name, cancellationToken))?.Id;
        if (present is { } id)
        {
            _living[name] = id;
        }

        return present == life || !_over.Add(life);
    }
}
