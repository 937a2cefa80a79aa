using System.Buffers;
using System.Runtime.CompilerServices;

namespace Serverless.StorageEngine.Storage;

/// <summary>
/// Segments that lie in several accounts. The name of each tells which one holds it (<see cref="SegmentName.Account"/>):
/// the account is stored and never computed, so that accounts can be added and listed in another order.
/// </summary>
/// <remarks>
/// A segment whose account is not among those that were given is unavailable, never missing: what is missing may be
/// taken for deleted.
/// </remarks>
public sealed class SpreadSegmentStore : ISegmentStore
{
    private readonly IReadOnlyList<SegmentAccount> _accounts;

    /// <summary>Touches no storage.</summary>
    /// <param name="accounts">One or more, of different names; the first holds the segments whose name has no account,
    /// which is what was stored while there was only one.</param>
    /// <exception cref="ArgumentException">There is none, or two have the same name.</exception>
    public SpreadSegmentStore(IReadOnlyList<SegmentAccount> accounts)
    {
        if (accounts.Count == 0 || accounts.DistinctBy(static account => account.Name).Count() < accounts.Count)
        {
            throw new ArgumentException("One account or more of different names must be given.", nameof(accounts));
        }

        _accounts = accounts;
    }

    /// <inheritdoc/>
    public ValueTask<bool> CreateAsync(SegmentName segment, CancellationToken cancellationToken) =>
        StoreOf(segment).CreateAsync(segment, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SegmentAppend> AppendAsync(
        SegmentName segment, long position, ReadOnlySequence<byte> block, CancellationToken cancellationToken) =>
        StoreOf(segment).AppendAsync(segment, position, block, cancellationToken);

    /// <inheritdoc/>
    public ValueTask StageAsync(
        SegmentName segment, int number, ReadOnlySequence<byte> part, CancellationToken cancellationToken) =>
        StoreOf(segment).StageAsync(segment, number, part, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> CommitAsync(SegmentName segment, int partCount, CancellationToken cancellationToken) =>
        StoreOf(segment).CommitAsync(segment, partCount, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<SegmentRead> ReadAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken) =>
        StoreOf(segment).ReadAsync(segment, position, destination, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long?> GetLengthAsync(SegmentName segment, CancellationToken cancellationToken) =>
        StoreOf(segment).GetLengthAsync(segment, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DeleteAsync(SegmentName segment, CancellationToken cancellationToken) =>
        StoreOf(segment).DeleteAsync(segment, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SegmentName> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Each account gives its names in order; the least of their next ones is the next of all.
        var lists = new List<IAsyncEnumerator<SegmentName>>();
        try
        {
            foreach (var account in _accounts)
            {
                var list = account.Store.ListAsync(prefix, cancellationToken).GetAsyncEnumerator(cancellationToken);
                lists.Add(list);
                await AdvanceAsync(list, lists);
            }

            while (lists.MinBy(static list => list.Current) is { } least)
            {
                yield return least.Current;
                await AdvanceAsync(least, lists);
            }
        }
        finally
        {
            foreach (var list in lists)
            {
                await list.DisposeAsync();
            }
        }
    }

    // A list that has ended leaves.
    private static async ValueTask AdvanceAsync(
        IAsyncEnumerator<SegmentName> list, List<IAsyncEnumerator<SegmentName>> lists)
    {
        if (!await list.MoveNextAsync())
        {
            lists.Remove(list);
            await list.DisposeAsync();
        }
    }

    private ISegmentStore StoreOf(SegmentName segment)
    {
        SegmentArguments.CheckName(segment);
        var name = segment.Account;
        if (name.Length == 0)
        {
            return _accounts[0].Store;
        }

        foreach (var account in _accounts)
        {
            if (account.Name == name)
            {
                return account.Store;
            }
        }

        throw new StorageUnavailableException(
            $"Segment '{segment}' lies in account '{name}', which is not among those that the settings name.");
    }
}
