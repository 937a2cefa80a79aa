using System.Collections.Immutable;
using Serverless.StorageEngine.Offsets;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Groups;

/// <summary>What an instance wants to read. The kinds exclude one another until the instance unsubscribes.</summary>
public abstract record Subscription
{
    // Quotes and a comma stand around each name.
    private const int NameOverhead = 3;

    // Every character of a pattern may be one that JSON escapes by another.
    private const int EscapedCharacters = 2;

    private Subscription()
    {
    }

    /// <summary>Whether the group shares the partitions out, rather than the client.</summary>
    public virtual bool IsShared => false;

    /// <summary>Whether this asks for partitions of a topic.</summary>
    public abstract bool Wants(TopicName topic);

    /// <summary>The topics that this names, existing or not; a pattern names none.</summary>
    public virtual IEnumerable<TopicName> Names() => [];

    /// <summary>The characters that this takes in the instance's row.</summary>
    public abstract int Characters { get; }

    /// <summary>Whether both ask for the same.</summary>
    public bool IsSameAs(Subscription other) => ReferenceEquals(this, other) || (this, other) switch
    {
        (None, None) => true,
        (Topics { Of: var these }, Topics { Of: var those }) => these.ToHashSet().SetEquals(those),
        (Matching { Expression: var pattern }, Matching { Expression: var that }) => pattern.Text == that.Text,
        (Assigned { Partitions: var these }, Assigned { Partitions: var those }) => these.SetEquals(those),
        _ => false,
    };

    /// <summary>Nothing yet.</summary>
    public sealed record None : Subscription
    {
        /// <summary>The only instance that is needed.</summary>
        public static None Instance { get; } = new();

        /// <inheritdoc/>
        public override int Characters => 0;

        /// <inheritdoc/>
        public override bool Wants(TopicName topic) => false;
    }

    /// <summary>Topics by name; they need not exist yet.</summary>
    /// <param name="Of">At least one.</param>
    public sealed record Topics(ImmutableArray<TopicName> Of) : Subscription
    {
        /// <inheritdoc/>
        public override bool IsShared => true;

        /// <inheritdoc/>
        public override int Characters => Of.Sum(static name => name.Value.Length + NameOverhead);

        /// <inheritdoc/>
        public override bool Wants(TopicName topic) => Of.Contains(topic);

        /// <inheritdoc/>
        public override IEnumerable<TopicName> Names() => Of;
    }

    /// <summary>All topics whose whole name matches, now or later.</summary>
    /// <param name="Expression">The pattern.</param>
    public sealed record Matching(TopicPattern Expression) : Subscription
    {
        /// <inheritdoc/>
        public override bool IsShared => true;

        /// <inheritdoc/>
        public override int Characters => EscapedCharacters * Expression.Text.Length;

        /// <inheritdoc/>
        public override bool Wants(TopicName topic) => Expression.Matches(topic);
    }

    /// <summary>
    /// Partitions that the client chose itself; the group takes no part in it, and others may read them too.
    /// </summary>
    /// <param name="Partitions">At least one.</param>
    public sealed record Assigned(ImmutableSortedSet<TopicPartition> Partitions) : Subscription
    {
        /// <summary>Some partitions: what a group knows of a member whose own row names them.</summary>
        public static Assigned Unnamed { get; } = new([]);

        /// <inheritdoc/>
        public override int Characters =>
            Names().Sum(static name => name.Value.Length + NameOverhead);

        /// <inheritdoc/>
        public override bool Wants(TopicName topic) => Partitions.Any(partition => partition.Topic == topic);

        /// <inheritdoc/>
        public override IEnumerable<TopicName> Names() => Partitions.Select(static one => one.Topic).Distinct();
    }
}
