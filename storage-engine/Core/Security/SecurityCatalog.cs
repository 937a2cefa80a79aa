using System.Collections.Immutable;
using Serverless.StorageEngine.Quotas;
using Serverless.StorageEngine.Scheduling;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Security;

/// <summary>The rights, keys and quotas of the store: reads and changes them.</summary>
/// <remarks>
/// <para>
/// All of them lie in one table partition beside a head row, whose version every change moves. So a node that knows a
/// version reads one row to see that it knows everything, whoever knocks with whatever names; it reads the rest only
/// after a change. A change is one transaction on the condition that the head is the one it was decided by.
/// </para>
/// <para>
/// What this node has changed it sees at once, what another one has changed no later than
/// <see cref="SecuritySettings.CacheAge"/>. When the store does not answer for longer, nothing is decided: every method
/// may throw <see cref="StorageUnavailableException"/>, and <see cref="CorruptDataException"/>; those that change
/// something also <see cref="StorageOutcomeUnknownException"/>.
/// </para>
/// </remarks>
/// <param name="tables">Where the rows lie.</param>
/// <param name="settings">How old an answer may be.</param>
/// <param name="time">The only clock.</param>
/// <param name="random">Spaces attempts; no secret comes from it.</param>
public sealed class SecurityCatalog(
    ITableStore tables, SecuritySettings settings, TimeProvider time, Random random)
{
    // How often rows are read again because somebody changed them meanwhile.
    private const int ReadsMax = 8;

    private readonly ConditionalChange _changes = new(time, random);
    private readonly Lock _lock = new();
    private Known? _known;
    private SecurityView? _latest;
    private Task<Known?>? _reading;
    private long _written;

    /// <summary>Rights and keys, no older than <see cref="SecuritySettings.CacheAge"/>.</summary>
    /// <param name="cancellationToken">Abandons the wait.</param>
    public ValueTask<SecurityView> ReadAsync(CancellationToken cancellationToken)
    {
        var known = Volatile.Read(ref _known);
        var age = known is null ? TimeSpan.MaxValue : time.GetElapsedTime(known.ReadAt);
        if (known is null || age > settings.CacheAge)
        {
            return AwaitAsync(cancellationToken);
        }

        // Read anew while the old is still good, so that no request of a busy node waits for it.
        if (age > settings.CacheAge / 2)
        {
            _ = BeginReading();
        }

        return ValueTask.FromResult(known.View);
    }

    /// <summary>
    /// What was read last, however old it is, without a wait: for what may be a little old, and must not fail because
    /// storage does. Null when nothing was read yet. It is read anew as by <see cref="ReadAsync"/>.
    /// </summary>
    public SecurityView? Latest()
    {
        var known = Volatile.Read(ref _known);
        if (known is null || time.GetElapsedTime(known.ReadAt) > settings.CacheAge / 2)
        {
            _ = BeginReading();
        }

        return Volatile.Read(ref _latest);
    }

    /// <summary>Adds rights; those that are there already stay as they are.</summary>
    /// <param name="acls">1 to <see cref="SecurityLimits.ChangesAtOnceMax"/> that have no problem: all, or
    /// none.</param>
    /// <param name="cancellationToken">Abandons the wait, not the change.</param>
    /// <returns>Why nothing was added, or null.</returns>
    public ValueTask<string?> CreateAclsAsync(IReadOnlyCollection<Acl> acls, CancellationToken cancellationToken) =>
        ChangeAsync<string?>(
            "The list of rights",
            state =>
            {
                var added = acls.Distinct().Where(acl => !state.Acls.ContainsKey(acl)).ToList();
                return state.Acls.Count + added.Count > SecurityLimits.AclsMax
                    ? ([], $"There are {state.Acls.Count} rights; {SecurityLimits.AclsMax} are possible.")
                    : ([.. added.Select(static acl => new SecurityChange.AddAcl(acl))], null);
            },
            cancellationToken);

    /// <summary>Removes the rights that any of some filters means.</summary>
    /// <param name="filters">Which.</param>
    /// <param name="cancellationToken">Abandons the wait; what is left is left.</param>
    /// <returns>Those that are gone, each once.</returns>
    /// <remarks>
    /// Many go in several transactions; after a fault between them some are gone, and the same filters remove the rest.
    /// </remarks>
    public async ValueTask<IReadOnlyList<Acl>> DeleteAclsAsync(
        IReadOnlyCollection<AclFilter> filters, CancellationToken cancellationToken)
    {
        var gone = new HashSet<Acl>();
        while (true)
        {
            var removed = await ChangeAsync<List<Acl>>(
                "The list of rights",
                state =>
                {
                    var meant = state.Acls.Keys.Where(acl => filters.Any(filter => filter.Means(acl)))
                        .Take(SecurityLimits.ChangesAtOnceMax)
                        .ToList();

                    // Noted before the write: after an unknown outcome the next round does not find them any more.
                    gone.UnionWith(meant);
                    return ([.. meant.Select(static acl => new SecurityChange.RemoveAcl(acl))], meant);
                },
                cancellationToken);
            if (removed.Count < SecurityLimits.ChangesAtOnceMax)
            {
                return [.. gone];
            }
        }
    }

    /// <summary>Adds a key.</summary>
    /// <param name="key">The key; its id was never used.</param>
    /// <param name="cancellationToken">Abandons the wait, not the change.</param>
    /// <returns>Why it was not added, or null.</returns>
    public ValueTask<ApiKeyProblem?> AddKeyAsync(ApiKey key, CancellationToken cancellationToken) =>
        ChangeAsync<ApiKeyProblem?>(
            $"The keys of {key.Principal}",
            state => state.Keys.ContainsKey(key.Id) ? ([], null)
                : ApiKeyRules.ProblemOf(state, key) is { } problem ? ([], problem)
                : ([new SecurityChange.AddKey(key)], null),
            cancellationToken);

    /// <summary>Removes a key: no node takes it any more after <see cref="SecuritySettings.CacheAge"/>.</summary>
    /// <param name="principal">Whose it is.</param>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Abandons the wait, not the change.</param>
    /// <returns>Whether there was one.</returns>
    public async ValueTask<bool> RevokeKeyAsync(Principal principal, string id, CancellationToken cancellationToken)
    {
        var found = false;
        return await ChangeAsync<bool>(
            $"The keys of {principal}",
            state =>
            {
                var isThere = state.Keys.GetValueOrDefault(id)?.Principal == principal;
                found |= isThere;
                return (isThere ? [new SecurityChange.RemoveKey(id)] : [], found);
            },
            cancellationToken);
    }

    /// <summary>Sets a quota, in place of the one that is there.</summary>
    /// <param name="entity">Whose.</param>
    /// <param name="limits">Possible ones; at least one is set.</param>
    /// <param name="cancellationToken">Abandons the wait, not the change.</param>
    /// <returns>Why it was not set, or null.</returns>
    public ValueTask<string?> SetQuotaAsync(
        QuotaEntity entity, QuotaLimits limits, CancellationToken cancellationToken) => ChangeAsync<string?>(
            "The list of quotas",
            state => state.Quotas.TryGetValue(entity, out var there) && there.Limits == limits ? ([], null)
                : !state.Quotas.ContainsKey(entity) && state.Quotas.Count >= SecurityLimits.QuotasMax
                    ? ([], $"There are {state.Quotas.Count} quotas; {SecurityLimits.QuotasMax} are possible.")
                    : ([new SecurityChange.SetQuota(entity, limits)], null),
            cancellationToken);

    /// <summary>Removes a quota.</summary>
    /// <param name="entity">Whose.</param>
    /// <param name="cancellationToken">Abandons the wait, not the change.</param>
    /// <returns>Whether there was one.</returns>
    public async ValueTask<bool> RemoveQuotaAsync(QuotaEntity entity, CancellationToken cancellationToken)
    {
        var found = false;
        return await ChangeAsync<bool>(
            "The list of quotas",
            state =>
            {
                var isThere = state.Quotas.ContainsKey(entity);
                found |= isThere;
                return (isThere ? [new SecurityChange.RemoveQuota(entity)] : [], found);
            },
            cancellationToken);
    }

    private async ValueTask<T> ChangeAsync<T>(
        string subject,
        Func<SecurityState, (ImmutableArray<SecurityChange> Changes, T Outcome)> decide,
        CancellationToken cancellationToken)
    {
        var (outcome, _) = await _changes.RunAsync(
            subject,
            SecurityLimits.AttemptsMax,
            async _ =>
            {
                // The head tells whether what is known is still all there is.
                var (view, _) = await ReadNowAsync(cancellationToken);
                var (changes, decided) = decide(view.State);
                return (changes.IsEmpty || await WriteAsync(view.State, changes, cancellationToken), decided);
            },
            cancellationToken);
        return outcome;
    }

    private async ValueTask<bool> WriteAsync(
        SecurityState state, ImmutableArray<SecurityChange> changes, CancellationToken cancellationToken)
    {
        var (acls, keys, quotas) = (state.Acls.Count, state.Keys.Count, state.Quotas.Count);
        var rows = new List<RowChange>(changes.Length + 1);
        foreach (var change in changes)
        {
            rows.Add(RowOf(state, change));
            acls += change switch { SecurityChange.AddAcl => 1, SecurityChange.RemoveAcl => -1, _ => 0 };
            keys += change switch { SecurityChange.AddKey => 1, SecurityChange.RemoveKey => -1, _ => 0 };
            quotas += change switch
            {
                SecurityChange.SetQuota set when !state.Quotas.ContainsKey(set.Entity) => 1,
                SecurityChange.RemoveQuota => -1,
                _ => 0,
            };
        }

        var head = SecurityRows.EncodeHead(acls, keys, quotas);
        rows.Add(state.Head is { } version
            ? new RowChange.Replace(SecurityRows.Head, head, version)
            : new RowChange.Insert(SecurityRows.Head, head));
        try
        {
            return await tables.ExecuteAsync(SecurityRows.Partition, rows, cancellationToken)
                is TableTransaction.Committed;
        }
        finally
        {
            Forget();
        }
    }

    private static RowChange RowOf(SecurityState state, SecurityChange change) => change switch
    {
        SecurityChange.AddAcl add => new RowChange.Insert(SecurityRows.KeyOf(add.Acl), SecurityRows.Encode(add.Acl)),
        SecurityChange.RemoveAcl remove =>
            new RowChange.Delete(SecurityRows.KeyOf(remove.Acl), state.Acls[remove.Acl]),
        SecurityChange.AddKey add => new RowChange.Insert(SecurityRows.KeyOf(add.Key.Id), SecurityRows.Encode(add.Key)),
        SecurityChange.RemoveKey remove =>
            new RowChange.Delete(SecurityRows.KeyOf(remove.Id), state.KeyVersions[remove.Id]),
        SecurityChange.SetQuota set => state.Quotas.TryGetValue(set.Entity, out var there)
            ? new RowChange.Replace(
                SecurityRows.KeyOf(set.Entity), SecurityRows.Encode(set.Entity, set.Limits), there.Version)
            : new RowChange.Insert(SecurityRows.KeyOf(set.Entity), SecurityRows.Encode(set.Entity, set.Limits)),
        SecurityChange.RemoveQuota remove =>
            new RowChange.Delete(SecurityRows.KeyOf(remove.Entity), state.Quotas[remove.Entity].Version),
        _ => throw new System.Diagnostics.UnreachableException($"No row is defined for {change}."),
    };

    // What this node has changed, or may have changed, it reads again before it decides anything.
    private void Forget()
    {
        lock (_lock)
        {
            _written++;
            (_known, _reading) = (null, null);
        }
    }

    private async ValueTask<SecurityView> AwaitAsync(CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        while (true)
        {
            var reading = BeginReading();
            await Waits.ForAsync(reading, cancellationToken);

            // A read that began after this call is new enough, however long it took.
            if (await reading is { } known
                && (known.ReadAt >= asked || time.GetElapsedTime(known.ReadAt) <= settings.CacheAge))
            {
                return known.View;
            }
        }
    }

    // One read at a time for all who wait. It goes on when nobody waits any more; the store bounds how long it takes.
    private Task<Known?> BeginReading()
    {
        lock (_lock)
        {
            return _reading is { IsCompleted: false } reading ? reading : _reading = ReadAndRememberAsync(_written);
        }
    }

    // Null when this node has changed something meanwhile: what was read may be from before it.
    private async Task<Known?> ReadAndRememberAsync(long written)
    {
        var (view, readAt) = await ReadNowAsync(CancellationToken.None);
        lock (_lock)
        {
            if (written != _written)
            {
                return null;
            }

            Volatile.Write(ref _latest, view);
            return _known = new Known(view, readAt);
        }
    }

    private async ValueTask<(SecurityView View, long ReadAt)> ReadNowAsync(CancellationToken cancellationToken)
    {
        for (var read = 0; read < ReadsMax; read++)
        {
            var readAt = time.GetTimestamp();
            var head = await tables.GetAsync(SecurityRows.Partition, SecurityRows.Head, cancellationToken);
            if (Volatile.Read(ref _known) is { } known && known.View.State.Head == head?.Version)
            {
                return (known.View, readAt);
            }

            var rows = await ReadRowsAsync(cancellationToken);
            if (VersionOf(rows) == head?.Version
                && await tables.GetAsync(SecurityRows.Partition, SecurityRows.Head, cancellationToken) is var again
                && again?.Version == head?.Version)
            {
                return (new SecurityView(SecurityRows.Decode(rows)), readAt);
            }
        }

        throw new StorageUnavailableException($"Rights and keys were changed by others during {ReadsMax} reads.");
    }

    private async ValueTask<List<TableRow>> ReadRowsAsync(CancellationToken cancellationToken)
    {
        var rows = new List<TableRow>();
        var range = RowRange.All;
        for (var more = true; more;)
        {
            var page = await tables.QueryAsync(
                SecurityRows.Partition, range, TableLimits.PageRowsMax, cancellationToken);
            rows.AddRange(page.Rows);
            more = page.More && page.Rows.Count > 0;
            range = more ? range.After(page.Rows[^1].Key) : range;
        }

        return rows;
    }

    private static RowVersion? VersionOf(List<TableRow> rows) =>
        rows.Find(static row => row.Key == SecurityRows.Head)?.Version;

    private sealed record Known(SecurityView View, long ReadAt);
}
