using System.Runtime.CompilerServices;
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
    /// <param name="after">The last one of the page before; null for the first page.</param>
    /// <param name="cancellationToken">Abandons the reading.</param>
    public static async IAsyncEnumerable<GroupDescription> DescribeAsync(
        GroupCoordinator groups, GroupId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var some in groups.ListAsync(after, cancellationToken).Chunk(GroupsAtOnceMax))
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
