using System.Collections.Concurrent;

namespace Serverless.StorageEngine.Security;

/// <summary>What a node decides by: all rights and keys as they were at one moment, with the decisions made.</summary>
/// <remarks>
/// Safe for several threads. The decisions are remembered, up to <see cref="SecurityLimits.DecisionsMax"/>; a new state
/// begins with none.
/// </remarks>
public sealed class SecurityView
{
    // A name that is longer than any resource's is not worth remembering.
    private const int NameLengthMax = 255;

    private readonly ConcurrentDictionary<(Principal, AclOperation, AclResourceType, string), bool> _decisions = new();
    private readonly AclIndex _index;
    private int _decided;

    /// <summary>Arranges a state.</summary>
    public SecurityView(SecurityState state)
    {
        State = state;
        _index = new AclIndex(state.Acls.Keys);
    }

    /// <summary>The rights and keys.</summary>
    public SecurityState State { get; }

    /// <summary>Whether rights allow a principal to do something.</summary>
    /// <param name="principal">Who asks.</param>
    /// <param name="operation">What for.</param>
    /// <param name="type">The kind of the resource.</param>
    /// <param name="name">Its name, which need not be one that a resource can have.</param>
    public bool IsAllowed(Principal principal, AclOperation operation, AclResourceType type, string name)
    {
        var asked = (principal, operation, type, name);
        if (_decisions.TryGetValue(asked, out var known))
        {
            return known;
        }

        var allowed = _index.IsAllowed(principal, operation, type, name);

        // Counted apart, since counting the dictionary takes all of its locks; a few more may slip in.
        if (name.Length <= NameLengthMax
            && Volatile.Read(ref _decided) < SecurityLimits.DecisionsMax
            && _decisions.TryAdd(asked, allowed))
        {
            Interlocked.Increment(ref _decided);
        }

        return allowed;
    }

    /// <summary>See <see cref="AclIndex.IsAllowedSomewhere"/>.</summary>
    public bool IsAllowedSomewhere(Principal principal, AclOperation operation, AclResourceType type) =>
        _index.IsAllowedSomewhere(principal, operation, type);
}
