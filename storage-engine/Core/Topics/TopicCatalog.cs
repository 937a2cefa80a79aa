using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Topics;

/// <summary>The topics of the store: creates, finds, changes and deletes them.</summary>
/// <remarks>
/// <para>
/// A topic is one row, so a change is one conditional transaction, and whoever reads the row sees all of it. What this
/// node has changed, it sees at once; what another node has changed, no later than
/// <see cref="TopicCatalogSettings.TopicCacheAge"/>.
/// </para>
/// <para>
/// A deletion replaces the row by a note of the logs that must go, then removes the logs, then the note. A crash in
/// between leaves the note, and whoever finds it goes on; the name is free from the first step.
/// </para>
/// <para>
/// Every method may throw <see cref="StorageUnavailableException"/> (nothing was changed),
/// <see cref="StorageOutcomeUnknownException"/> where it writes (read the topic to see), and
/// <see cref="CorruptDataException"/>.
/// </para>
/// </remarks>
public sealed class TopicCatalog
{
    /// <summary>The table partition that holds all topics.</summary>
    public const string TablePartition = "topics";

    /// <summary>How often a change is decided again after a lost race or an unknown outcome, before the caller is
    /// told.</summary>
    public const int AttemptsMax = 8;

    private readonly ITableStore _tables;
    private readonly TopicCatalogSettings _settings;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ConditionalChange _changes;
    private readonly TopicCache _cache;
    private readonly TopicDeletions _deletions;

    /// <summary>Builds this node's view of the topics; touches no storage.</summary>
    /// <param name="tables">Where the topics are stored.</param>
    /// <param name="deleteLogs">Ends the logs of a deleted topic.</param>
    /// <param name="settings">This node's limits and defaults; the defaults are normalized values of known
    /// settings.</param>
    /// <param name="time">The only clock.</param>
    /// <param name="random">The only source of randomness.</param>
    public TopicCatalog(
        ITableStore tables,
        DeleteTopicLogs deleteLogs,
        TopicCatalogSettings settings,
        TimeProvider time,
        Random random)
    {
        Invariant.Holds(settings.ConfigDefaults.All(static setting =>
            TopicConfigDefinitions.TryNormalize(setting.Key, setting.Value, out var normalized, out _)
            && normalized == setting.Value));
        _tables = tables;
        _settings = settings;
        _time = time;
        _random = random;
        _changes = new ConditionalChange(time, random);
        _cache = new TopicCache(settings, time);
        _deletions = new TopicDeletions(tables, deleteLogs, time);
    }

    /// <summary>What the operator of this node set for all topics that do not say otherwise, by Kafka's name.</summary>
    public ImmutableSortedDictionary<string, string> ConfigDefaults => _settings.ConfigDefaults;

    /// <summary>The settings of a topic that sets none.</summary>
    public TopicConfig Defaults =>
        new(ImmutableSortedDictionary<string, string>.Empty, _settings.ConfigDefaults);

    /// <summary>Creates a topic.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="partitionCount">1 to <see cref="TopicRules.PartitionCountMax"/>.</param>
    /// <param name="configs">Settings by Kafka's name, as any text.</param>
    /// <param name="validateOnly">Whether to decide only, and write nothing.</param>
    /// <param name="cancellationToken">Abandons the wait, not the creation.</param>
    public ValueTask<TopicCreation> CreateAsync(
        TopicName name,
        int partitionCount,
        IReadOnlyList<KeyValuePair<string, string?>> configs,
        bool validateOnly,
        CancellationToken cancellationToken) =>
        CreateAsync(new NewTopic(name, partitionCount, configs), validateOnly, cancellationToken);

    /// <summary>Creates a topic.</summary>
    /// <param name="topic">What it shall be.</param>
    /// <param name="validateOnly">Whether to decide only, and write nothing.</param>
    /// <param name="cancellationToken">Abandons the wait, not the creation.</param>
    public async ValueTask<TopicCreation> CreateAsync(
        NewTopic topic, bool validateOnly, CancellationToken cancellationToken)
    {
        var overrides = TopicRules.Override(
            ImmutableSortedDictionary<string, string>.Empty,
            [.. topic.Configs.Select(static config =>
                new TopicConfigChange(config.Key, config.Value, TopicConfigOperation.Set))],
            out var problem);
        if (problem is not null)
        {
            return new TopicCreation.Refused(problem);
        }

        var config = new TopicConfig(overrides, _settings.ConfigDefaults);
        var attempts = new List<Topic>();
        var outcome = await ChangeAsync(
            topic.Name, DecideAsync, validateOnly, cancellationToken);
        if (outcome is TopicCreation.Created && !validateOnly)
        {
            await _deletions.FinishInterruptedAsync(cancellationToken);
        }

        return outcome;

        async ValueTask<TopicDecision<TopicCreation>> DecideAsync(StoredTopic? stored, bool inDoubt)
        {
            var used = stored is null
                && await _tables.GetAsync(TablePartition, UsedNameRow.KeyOf(topic.Name), cancellationToken) is { } row
                ? UsedNameRow.Decode(row)
                : null;
            var createdAt = used?.NextAt(Now()) ?? Now();
            var wanted = new Topic(topic.Name, TopicId.Create(_random), topic.PartitionCount, config, createdAt)
            {
                ReplicationFactor = topic.ReplicationFactor,
            };
            var decision = TopicRules.Create(stored, used, wanted, attempts);
            attempts.Add(wanted);
            return decision;
        }
    }

    /// <summary>
    /// Finds a topic by name, from the store or from what this node read at most
    /// <see cref="TopicCatalogSettings.TopicCacheAge"/> ago; null when the store has none.
    /// </summary>
    public async ValueTask<Topic?> FindAsync(TopicName name, CancellationToken cancellationToken)
    {
        return _cache.Find(name) ?? await FindAnewAsync(name, cancellationToken);
    }

    /// <summary>Finds a topic by name in the store, whatever this node knew of it; null when the store has
    /// none.</summary>
    public async ValueTask<Topic?> FindAnewAsync(TopicName name, CancellationToken cancellationToken)
    {
        var (changes, readAt) = (_cache.Changes, _time.GetTimestamp());
        if (await ReadAsync(name, cancellationToken) is not { Topic: var topic })
        {
            _cache.Forget(name);
            return null;
        }

        _cache.Remember(topic, changes, readAt);
        return topic;
    }

    /// <summary>Finds a topic as it is stored now, whatever this node remembers; null when the store has none.</summary>
    internal async ValueTask<Topic?> ReadNowAsync(TopicName name, CancellationToken cancellationToken)
    {
        _cache.Forget(name);
        return await FindAsync(name, cancellationToken);
    }

    /// <summary>All topics in ordinal order of their names, read from the store page by page while the caller goes
    /// on.</summary>
    public IAsyncEnumerable<Topic> ListAsync(CancellationToken cancellationToken) =>
        ListFromAsync(from: null, static damaged => throw damaged, cancellationToken);

    /// <summary>The topics in ordinal order of their names, from one on.</summary>
    /// <param name="from">The first name, whether there is a topic of that name or not; null for all.</param>
    /// <param name="passOver">Is told why a topic was passed over whose row is damaged.</param>
    /// <param name="cancellationToken">Abandons the reading.</param>
    internal async IAsyncEnumerable<Topic> ListFromAsync(
        string? from,
        Action<CorruptDataException> passOver,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var range = RowRange.Prefix(TopicRow.KeyPrefix);
        range = from is null ? range : range with { From = TopicRow.KeyPrefix + from };
        for (var more = true; more;)
        {
            var page = await _tables.QueryAsync(TablePartition, range, TableLimits.PageRowsMax, cancellationToken);
            foreach (var row in page.Rows)
            {
                if (TryDecode(row, passOver) is { } stored)
                {
                    yield return stored.Topic;
                }
            }

            more = page.More && page.Rows.Count > 0;
            range = more ? range.After(page.Rows[^1].Key) : range;
        }
    }

    /// <summary>Raises the number of partitions; records that were written stay where they are.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="partitionCount">The new total, more than before and at most
    /// <see cref="TopicRules.PartitionCountMax"/>.</param>
    /// <param name="validateOnly">Whether to decide only, and write nothing.</param>
    /// <param name="cancellationToken">Abandons the wait, not the change.</param>
    public ValueTask<TopicChange> AddPartitionsAsync(
        TopicName name, int partitionCount, bool validateOnly, CancellationToken cancellationToken) =>
        ChangeAsync(
            name,
            (stored, inDoubt) => TopicRules.AddPartitions(stored, partitionCount, inDoubt),
            validateOnly,
            cancellationToken);

    /// <summary>Sets and takes back settings: all of the changes, or none.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="changes">Each setting at most once.</param>
    /// <param name="validateOnly">Whether to decide only, and write nothing.</param>
    /// <param name="cancellationToken">Abandons the wait, not the change.</param>
    public ValueTask<TopicChange> AlterConfigsAsync(
        TopicName name,
        IReadOnlyList<TopicConfigChange> changes,
        bool validateOnly,
        CancellationToken cancellationToken) =>
        ChangeAsync(name, (stored, _) => TopicRules.AlterConfigs(stored, changes), validateOnly, cancellationToken);

    /// <summary>Deletes a topic and its records; the name is free at once.</summary>
    /// <param name="name">The topic.</param>
    /// <param name="cancellationToken">Abandons the wait; what remains is completed later.</param>
    public async ValueTask<TopicDeletion> DeleteAsync(TopicName name, CancellationToken cancellationToken)
    {
        Topic? attempted = null;
        var deleted = await ChangeAsync(
            name,
            (stored, inDoubt) =>
            {
                var decision = TopicRules.Delete(stored, inDoubt ? attempted : null);
                attempted = decision.Outcome;
                return decision;
            },
            validateOnly: false,
            cancellationToken);
        if (deleted is null)
        {
            return TopicDeletion.UnknownTopic;
        }

        if (!await _deletions.TryFinishAsync(deleted.Id, cancellationToken))
        {
            return TopicDeletion.DeletedRecordsRemain;
        }

        await _deletions.FinishInterruptedAsync(cancellationToken);
        return TopicDeletion.Deleted;
    }

    /// <summary>Completes every deletion that was interrupted, by this node or another; each run of a keeper calls
    /// it.</summary>
    /// <param name="report">Is told of each deletion that is passed over because its note or its logs are
    /// damaged.</param>
    /// <param name="cancellationToken">Abandons the work, which a later call completes.</param>
    public ValueTask FinishDeletionsAsync(Action<CorruptDataException> report, CancellationToken cancellationToken) =>
        _deletions.FinishAllAsync(report, cancellationToken);

    private ValueTask<TOutcome> ChangeAsync<TOutcome>(
        TopicName name,
        Func<StoredTopic?, bool, TopicDecision<TOutcome>> decide,
        bool validateOnly,
        CancellationToken cancellationToken) => ChangeAsync(
            name,
            (stored, inDoubt) => ValueTask.FromResult(decide(stored, inDoubt)),
            validateOnly,
            cancellationToken);

    private async ValueTask<TOutcome> ChangeAsync<TOutcome>(
        TopicName name,
        Func<StoredTopic?, bool, ValueTask<TopicDecision<TOutcome>>> decide,
        bool validateOnly,
        CancellationToken cancellationToken)
    {
        var (outcome, _) = await _changes.RunAsync(
            $"Topic {name}",
            AttemptsMax,
            async inDoubt =>
            {
                var decision = await decide(await ReadAsync(name, cancellationToken), inDoubt);
                var isDecided = validateOnly
                    || decision.Changes.IsEmpty
                    || await WriteAsync(name, decision.Changes, cancellationToken);
                return (isDecided, decision.Outcome);
            },
            cancellationToken);
        return outcome;
    }

    private async ValueTask<bool> WriteAsync(
        TopicName name, ImmutableArray<RowChange> changes, CancellationToken cancellationToken)
    {
        try
        {
            return await _tables.ExecuteAsync(TablePartition, changes, cancellationToken) is TableTransaction.Committed;
        }
        finally
        {
            _cache.Forget(name);
        }
    }

    private StoredTopic? TryDecode(TableRow row, Action<CorruptDataException> passOver)
    {
        try
        {
            return TopicRow.Decode(row, _settings.ConfigDefaults);
        }
        catch (CorruptDataException damaged)
        {
            passOver(damaged);
            return null;
        }
    }

    private async ValueTask<StoredTopic?> ReadAsync(TopicName name, CancellationToken cancellationToken) =>
        await _tables.GetAsync(TablePartition, TopicRow.KeyOf(name), cancellationToken) is { } row
            ? TopicRow.Decode(row, _settings.ConfigDefaults)
            : null;

    // Truncated to what a row holds, so that a topic is the same before and after it was stored.
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());
}
