using System.Runtime.CompilerServices;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Api.Groups;

/// <summary>Goes through all consumer groups.</summary>
internal static class GroupListing
{
    // Each costs a query of a table for the members and one for the offsets, more when either fills several pages, and
    // a read of each topic that the node does not remember.
    private const int GroupsAtOnceMax = 16;

    /// <summary>
    /// Describes all groups, in the order of the list of names; names without a group are passed over.
    /// </summary>
    /// <param name="groups">The groups.</param>
    /// <param name="caller">Who asks; groups that he may not describe are passed over.</param>
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Abandons the reading.</param>
    public static async IAsyncEnumerable<GroupDescription> DescribeAsync(
        GroupCoordinator groups,
        Caller caller,
        GroupId? after,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var visible = groups.ListAsync(after, cancellationToken)
            .Where(group => caller.May(Right.DescribeGroup, group.Value));
        await foreach (var some in visible.Chunk(GroupsAtOnceMax))
        {
            var described = await Task.WhenAll(
                some.Select(group => groups.DescribeAsync(group, cancellationToken).AsTask()));
            foreach (var group in described.OfType<GroupDescription>())
            {
                yield return group;
            }
        }
    }
}
