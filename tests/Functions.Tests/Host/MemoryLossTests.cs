using Serverless.Functions.Host.Hosting;

namespace Serverless.Functions.Tests.Host;

/// <summary>A node without memory ends.</summary>
public sealed class MemoryLossTests
{
    [Fact]
    public void It_ends_at_the_first_sign_also_where_somebody_catches_the_exception()
    {
        var ends = 0;
        using (new MemoryLoss(_ => ends++))
        {
            Throw(new InvalidOperationException());
            Assert.Equal(0, ends);

            Throw(new InsufficientMemoryException());
            Assert.Equal(1, ends);
        }

        Throw(new InsufficientMemoryException());
        Assert.Equal(1, ends);
    }

    private static void Throw(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception caught) when (caught == exception)
        {
            // Whoever catches it cannot hide it.
        }
    }
}
