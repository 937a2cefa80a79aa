using System.Collections.Frozen;

namespace Serverless.StorageEngine.Security;

/// <summary>All rights, arranged so that a decision looks only at those that can matter for it. Immutable.</summary>
/// <remarks>It decides as <see cref="AclRules.IsAllowed"/> does over the same rights.</remarks>
public sealed class AclIndex
{
    private readonly FrozenDictionary<Principal, OfPrincipal> _byPrincipal;

    /// <summary>Arranges rights.</summary>
    public AclIndex(IEnumerable<Acl> acls) =>
        _byPrincipal = acls.GroupBy(static acl => acl.Principal)
            .ToFrozenDictionary(static group => group.Key, static group => new OfPrincipal(group));

    /// <summary>Whether a principal may do something.</summary>
    /// <param name="principal">Who asks.</param>
    /// <param name="operation">What for.</param>
    /// <param name="type">The kind of the resource.</param>
    /// <param name="name">Its name.</param>
    public bool IsAllowed(Principal principal, AclOperation operation, AclResourceType type, string name)
    {
        var (own, all) = Find(principal, operation, type, name);
        return own != Verdict.Denied && all != Verdict.Denied && (own == Verdict.Allowed || all == Verdict.Allowed);
    }

    /// <summary>
    /// Whether a principal may do something to at least one resource of a type, as far as rights tell: one that is
    /// allowed for a pattern counts, when nothing denies it for the whole pattern.
    /// </summary>
    /// <param name="principal">Who asks.</param>
    /// <param name="operation">What for.</param>
    /// <param name="type">The kind of the resource.</param>
    public bool IsAllowedSomewhere(Principal principal, AclOperation operation, AclResourceType type)
    {
        var own = _byPrincipal.GetValueOrDefault(principal);
        var all = _byPrincipal.GetValueOrDefault(Principal.Everybody);
        return Allowing(own).Concat(Allowing(all)).Any(acl => !IsDenied(own, acl) && !IsDenied(all, acl));

        IEnumerable<Acl> Allowing(OfPrincipal? some) =>
            some?.All.Where(acl => acl.ResourceType == type && AclRules.Allows(acl, operation)) ?? [];

        // Denied for all names that the allowing one stands for.
        bool IsDenied(OfPrincipal? some, Acl allowing) => some?.All.Any(acl =>
            acl.ResourceType == type
            && AclRules.Denies(acl, operation)
            && (acl is { PatternType: AclPatternType.Literal, ResourceName: AclRules.AnyName }
                || (acl.PatternType == AclPatternType.Prefixed
                    && allowing.ResourceName != AclRules.AnyName
                    && allowing.ResourceName.StartsWith(acl.ResourceName, StringComparison.Ordinal))
                || (allowing.PatternType == AclPatternType.Literal
                    && acl.PatternType == AclPatternType.Literal
                    && acl.ResourceName == allowing.ResourceName))) == true;
    }

    private (Verdict Own, Verdict All) Find(
        Principal principal, AclOperation operation, AclResourceType type, string name) => (
            principal != Principal.Everybody && _byPrincipal.TryGetValue(principal, out var own)
                ? own.Judge(operation, type, name)
                : Verdict.None,
            _byPrincipal.TryGetValue(Principal.Everybody, out var all)
                ? all.Judge(operation, type, name)
                : Verdict.None);

    private enum Verdict
    {
        None,
        Allowed,
        Denied,
    }

    private sealed class OfPrincipal
    {
        private readonly FrozenDictionary<(AclResourceType Type, string Name), Acl[]> _literal;
        private readonly Acl[] _prefixed;

        public OfPrincipal(IEnumerable<Acl> acls)
        {
            All = [.. acls];
            _literal = All.Where(static acl => acl.PatternType == AclPatternType.Literal)
                .GroupBy(static acl => (acl.ResourceType, acl.ResourceName))
                .ToFrozenDictionary(static group => group.Key, static group => group.ToArray());
            _prefixed = [.. All.Where(static acl => acl.PatternType == AclPatternType.Prefixed)];
        }

        public Acl[] All { get; }

        public Verdict Judge(AclOperation operation, AclResourceType type, string name)
        {
            var verdict = Judge(_literal.GetValueOrDefault((type, name)), operation, Verdict.None);
            if (name != AclRules.AnyName)
            {
                verdict = Judge(_literal.GetValueOrDefault((type, AclRules.AnyName)), operation, verdict);
            }

            foreach (var acl in _prefixed)
            {
                if (AclRules.IsAbout(acl, type, name))
                {
                    verdict = Judge(acl, operation, verdict);
                }
            }

            return verdict;
        }

        private static Verdict Judge(Acl[]? acls, AclOperation operation, Verdict verdict)
        {
            foreach (var acl in acls ?? [])
            {
                verdict = Judge(acl, operation, verdict);
            }

            return verdict;
        }

        private static Verdict Judge(Acl acl, AclOperation operation, Verdict verdict) =>
            AclRules.Denies(acl, operation) ? Verdict.Denied
            : verdict == Verdict.None && AclRules.Allows(acl, operation) ? Verdict.Allowed
            : verdict;
    }
}
