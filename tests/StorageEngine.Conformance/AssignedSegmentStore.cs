using System.Buffers;
using System.Runtime.CompilerServices;
using Serverless.StorageEngine.Simulation;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Conformance;

/// <summary>
/// A store of two accounts, and none, that the suites can use with names of their own: each name gets an account, and
/// listings show it without.
/// </summary>
internal sealed class AssignedSegmentStore : ISegmentStore
{
    private static readonly string[] Accounts = ["one", "two"];

    private readonly SpreadSegmentStore _store =
        new([.. Accounts.Select(static name => new SegmentAccount(name, new SimulatedSegmentStore()))]);

    public ValueTask<bool> CreateAsync(SegmentName segment, CancellationToken cancellationToken) =>
        _store.CreateAsync(Assign(segment), cancellationToken);

    public ValueTask<SegmentAppend> AppendAsync(
        SegmentName segment, long position, ReadOnlySequence<byte> block, CancellationToken cancellationToken) =>
        _store.AppendAsync(Assign(segment), position, block, cancellationToken);

    public ValueTask StageAsync(
        SegmentName segment, int number, ReadOnlySequence<byte> part, CancellationToken cancellationToken) =>
        _store.StageAsync(Assign(segment), number, part, cancellationToken);

    public ValueTask<bool> CommitAsync(SegmentName segment, int partCount, CancellationToken cancellationToken) =>
        _store.CommitAsync(Assign(segment), partCount, cancellationToken);

    public ValueTask<SegmentRead> ReadAsync(
        SegmentName segment, long position, Memory<byte> destination, CancellationToken cancellationToken) =>
        _store.ReadAsync(Assign(segment), position, destination, cancellationToken);

    public ValueTask<long?> GetLengthAsync(SegmentName segment, CancellationToken cancellationToken) =>
        _store.GetLengthAsync(Assign(segment), cancellationToken);

    public ValueTask DeleteAsync(SegmentName segment, CancellationToken cancellationToken) =>
        _store.DeleteAsync(Assign(segment), cancellationToken);

    // The account stands in the order of the names, too; without it they have another one.
    public async IAsyncEnumerable<SegmentName> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var names = new List<SegmentName>();
        await foreach (var name in _store.ListAsync(prefix, cancellationToken))
        {
            names.Add(new SegmentName(name.Value[..^(name.Account.Length + 1)]));
        }

        names.Sort();
        foreach (var name in names)
        {
            yield return name;
        }
    }

    private static SegmentName Assign(SegmentName segment) =>
        segment.Value is { Length: > 0 and <= 1000 } name ? segment.In(Accounts[name[^1] % 2]) : segment;
}
