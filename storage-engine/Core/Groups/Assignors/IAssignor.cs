using System.Collections.Immutable;

namespace Serverless.StorageEngine.Groups.Assignors;

/// <summary>
/// A way to share the partitions of a group's topics out to its members. Pure: the same input always gives the same
/// assignment.
/// </summary>
public interface IAssignor
{
    /// <summary>What a group's settings call it: one of <see cref="AssignorNames"/>.</summary>
    string Name { get; }

    /// <summary>Gives every partition to exactly one member that is subscribed to its topic.</summary>
    /// <param name="input">The group; out of the stated order it is a bug of the caller.</param>
    /// <returns>
    /// For each topic and each of its partitions the owner: a place in the input's members, or
    /// <see cref="AssignmentInput.Nobody"/> when no member is subscribed to the topic.
    /// </returns>
    ImmutableArray<ImmutableArray<int>> Assign(AssignmentInput input);
}
