using System.Buffers;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Runs;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Simulation.Tests.Defects;

/// <summary>Segment stores that break their contract.</summary>
internal static class SegmentDefects
{
    public static IEnumerable<Defect> All =>
    [
        new("A store acknowledges an append and loses it", AnomalyKind.AcknowledgedMissing, () => Appending(
            (inner, segment, position, block) => Lost)),
        new("A store acknowledges an append before it takes effect", AnomalyKind.EndAhead, WritingBehind),
        new("A store appends whatever the position", AnomalyKind.BrokenChain, () => Appending(
            AppendAnywhereAsync)),
        new("A store applies an append twice", AnomalyKind.NonceRepeated, () => Appending(
            async (inner, segment, position, block) =>
            {
                await AppendAsync(inner, segment, position, block);
                return await AppendAsync(inner, segment, position + block.Length, block);
            })),
        new("A store flips a bit", AnomalyKind.DamagedBlock, () => Appending(
            (inner, segment, position, block) =>
            {
                block[^9] ^= 1;
                return AppendAsync(inner, segment, position, block);
            })),
        new("A store says that nothing is there yet", AnomalyKind.StaleEnd, () => Reading(
            static (inner, segment, position, destination) => new(new SegmentRead(Exists: true, Count: 0)))),
        new("A store loses a whole segment", AnomalyKind.AcknowledgedMissing, () => Appending(
            async (inner, segment, position, block) =>
            {
                await inner.DeleteAsync(segment, CancellationToken.None);
                return SegmentAppend.Appended;
            })),
    ];

    private static ValueTask<SegmentAppend> Lost => new(SegmentAppend.Appended);

    private static SimulationOptions Appending(
        Func<ISegmentStore, SegmentName, long, byte[], ValueTask<SegmentAppend>> broken)
    {
        var breaks = Defect.Once(call: 9);
        return SimulationOptions.Default with
        {
            DecorateSegments = inner => new BrokenSegments(inner)
            {
                Append = (segment, position, block) => breaks()
                    ? broken(inner, segment, position, block)
                    : AppendAsync(inner, segment, position, block),
            },
        };
    }

    private static SimulationOptions Reading(
        Func<ISegmentStore, SegmentName, long, Memory<byte>, ValueTask<SegmentRead>> broken)
    {
        var breaks = Defect.Every(calls: 3);
        return SimulationOptions.Default with
        {
            DecorateSegments = inner => new BrokenSegments(inner)
            {
                Read = (segment, position, destination) => breaks()
                    ? broken(inner, segment, position, destination)
                    : inner.ReadAsync(segment, position, destination, CancellationToken.None),
            },
        };
    }

    // One block is always still to be written; who reads the segment sees it, who looks at the disk does not.
    private static SimulationOptions WritingBehind()
    {
        var breaks = Defect.Every(calls: 5);
        Func<ValueTask<SegmentAppend>>? pending = null;
        return SimulationOptions.Default with
        {
            DecorateSegments = inner => new BrokenSegments(inner)
            {
                Append = async (segment, position, block) =>
                {
                    await FlushAsync();
                    if (!breaks() || await inner.GetLengthAsync(segment, CancellationToken.None) != position)
                    {
                        return await AppendAsync(inner, segment, position, block);
                    }

                    pending = () => AppendAsync(inner, segment, position, block);
                    return SegmentAppend.Appended;
                },
                Read = async (segment, position, destination) =>
                {
                    await FlushAsync();
                    return await inner.ReadAsync(segment, position, destination, CancellationToken.None);
                },
            },
        };

        async ValueTask FlushAsync()
        {
            if (pending is { } write)
            {
                pending = null;
                await write();
            }
        }
    }

    private static async ValueTask<SegmentAppend> AppendAnywhereAsync(
        ISegmentStore inner, SegmentName segment, long position, byte[] block)
    {
        var end = await inner.GetLengthAsync(segment, CancellationToken.None);
        return await AppendAsync(inner, segment, end ?? position, block);
    }

    private static ValueTask<SegmentAppend> AppendAsync(
        ISegmentStore inner, SegmentName segment, long position, byte[] block) =>
        inner.AppendAsync(segment, position, new ReadOnlySequence<byte>(block), CancellationToken.None);
}
