using System.Collections.Frozen;

namespace Serverless.StorageEngine.Quotas;

/// <summary>Which quotas hold for whom. Immutable.</summary>
/// <remarks>
/// For each kind of quota by itself, the first that says something: the quota of the entity, the stored default of its
/// type, the setting of the node.
/// </remarks>
public sealed class QuotaTable
{
    private readonly FrozenDictionary<QuotaEntity, QuotaLimits> _own;
    private readonly QuotaLimits _users;
    private readonly QuotaLimits _topics;

    /// <summary>Puts stored quotas and settings together.</summary>
    /// <param name="stored">The stored quotas.</param>
    /// <param name="settings">What holds beside them.</param>
    public QuotaTable(IEnumerable<KeyValuePair<QuotaEntity, QuotaLimits>> stored, QuotaSettings settings)
    {
        var all = stored.ToDictionary();
        _users = DefaultOf(QuotaEntityType.User);
        _topics = DefaultOf(QuotaEntityType.Topic);
        _own = all.Where(static one => one.Key.Name != QuotaEntity.DefaultName).ToFrozenDictionary(
            static one => one.Key,
            one => one.Value.Or(one.Key.Type == QuotaEntityType.User ? _users : _topics));
        IsEmpty = _own.Count == 0 && _users.IsNone && _topics.IsNone;

        QuotaLimits DefaultOf(QuotaEntityType type) =>
            (all.GetValueOrDefault(new(type, QuotaEntity.DefaultName)) ?? QuotaLimits.None).Or(settings.Of(type));
    }

    /// <summary>Whether nobody and nothing is limited.</summary>
    public bool IsEmpty { get; }

    /// <summary>The quotas of a principal or topic.</summary>
    /// <param name="entity">Which; never a default.</param>
    public QuotaLimits Of(QuotaEntity entity) =>
        _own.TryGetValue(entity, out var own) ? own
        : entity.Type == QuotaEntityType.User ? _users
        : _topics;
}
