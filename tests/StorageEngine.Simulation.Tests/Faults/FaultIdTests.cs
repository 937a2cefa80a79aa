using Serverless.StorageEngine.Simulation.Faults;

namespace Serverless.StorageEngine.Simulation.Tests.Faults;

public sealed class FaultIdTests
{
    [Fact]
    public void A_fault_is_read_as_it_was_written()
    {
        var fault = new FaultId(FaultKind.AnswerLost, "node2/Append", 17);

        Assert.Equal("answer-lost@node2/Append#17", $"{fault}");
        Assert.True(FaultId.TryParse($"{fault}", out var read));
        Assert.Equal(fault, read);
    }

    [Theory]
    [InlineData("answer-lost")]
    [InlineData("answer-lost@node2")]
    [InlineData("answer-found@node2/Append#17")]
    [InlineData("answer-lost@node2/Append#many")]
    public void Anything_else_is_no_fault(string text) => Assert.False(FaultId.TryParse(text, out _));
}
