using Serverless.StorageEngine.Log;

namespace Serverless.StorageEngine.Tests.Log;

/// <summary>Bytes that grow take memory from a share first.</summary>
public sealed class CountedBytesTests
{
    private readonly ByteBudget _budget = new(1_000_000);

    [Fact]
    public void What_is_written_comes_out_and_the_share_holds_the_array_until_it_goes_back()
    {
        using var share = new ByteShare(_budget);
        var bytes = new CountedBytes(share, 0, int.MaxValue);
        var written = Enumerable.Range(0, 100_000).Select(static at => (byte)(at % 251)).ToArray();
        foreach (var piece in written.Chunk(777))
        {
            Write(bytes, piece);
        }

        Assert.Equal(written, bytes.Settle().ToArray());
        Assert.InRange(bytes.HeldBytes, written.Length, 2 * written.Length);
        Assert.Equal(bytes.HeldBytes, _budget.Taken);
    }

    [Fact]
    public void The_share_is_asked_before_anything_is_allocated_and_holds_no_more_after_it_refused()
    {
        using var others = new ByteShare(_budget);
        others.Take(900_000);
        using var share = new ByteShare(_budget);
        var bytes = new CountedBytes(share, 0, int.MaxValue);
        Write(bytes, new byte[60_000]);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<OutOfBytesException>(() => bytes.GetMemory(50_000));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40_000);
        Assert.Equal(60_000, bytes.HeldBytes);
        Assert.Equal(960_000, _budget.Taken);
    }

    [Fact]
    public void What_the_share_took_for_them_before_is_used_first_and_what_is_too_much_goes_back_in_the_end()
    {
        using var share = new ByteShare(_budget);
        share.Take(800_000);
        using var others = new ByteShare(_budget);
        others.Take(200_000);
        var bytes = new CountedBytes(share, 800_000, int.MaxValue);
        Write(bytes, new byte[300_000]);
        Assert.Equal(1_000_000, _budget.Taken);

        bytes.Settle();

        Assert.Equal(500_000, _budget.Taken);
    }

    [Fact]
    public void Nothing_is_written_past_the_limit()
    {
        using var share = new ByteShare(_budget);
        var bytes = new CountedBytes(share, 0, 1000);
        Write(bytes, new byte[1000]);

        Assert.True(bytes.GetMemory().IsEmpty);
        Assert.Throws<InvalidDataException>(() => bytes.GetMemory(1));
    }

    private static void Write(CountedBytes target, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(target.GetSpan(bytes.Length));
        target.Advance(bytes.Length);
    }
}
