using Serverless.StorageEngine.Simulation.Faults;

namespace Serverless.StorageEngine.Simulation.Tests.Commands;

public sealed class ArgumentReaderTests
{
    [Fact]
    public void A_seed_is_run_again_with_the_faults_and_files_that_are_asked_for()
    {
        var problem = ArgumentReader.Read(
            [
                "replay", "42", "--without", "kill,freeze", "--only", "answer-lost@node2/Append#17",
                "--trace", "t", "--history", "h",
            ],
            out var arguments);

        Assert.Null(problem);
        Assert.Equal((42UL, "t", "h"), (arguments.Replay, arguments.TraceFile, arguments.HistoryFile));
        Assert.Equal([FaultKind.Freeze, FaultKind.Kill], arguments.Faults.Without);
        Assert.Equal([new FaultId(FaultKind.AnswerLost, "node2/Append", 17)], arguments.Faults.Only!);
    }

    [Fact]
    public void Many_seeds_are_run_from_one_on_by_some_threads()
    {
        Assert.Null(ArgumentReader.Read(["run", "--seeds", "7", "--from", "9", "--threads", "2"], out var arguments));

        Assert.Equal((7, 9UL, 2), (arguments.Seeds, arguments.From, arguments.Threads));
    }

    [Theory]
    [InlineData("replay", "'replay' needs the seed that is to be run again, as in 'replay 42'.")]
    [InlineData("replay --trace t", "'replay' needs the seed that is to be run again, as in 'replay 42'.")]
    [InlineData("replay x", "The seed is 'x'; it is a number from 0 to 18446744073709551615.")]
    [InlineData("run --seeds 0", "--seeds is '0'; it is a number from 1 to 2147483647.")]
    [InlineData("run --threads many", "--threads is 'many'; it is a number from 1 to 2147483647.")]
    [InlineData("run --trace t", "'--trace' is no option here; there are --seeds, --from, --threads.")]
    [InlineData("replay 1 --seeds 2", "'--seeds' is no option here; there are --without, --only, --trace, --history.")]
    [InlineData("replay 1 --trace", "--trace needs a value behind it.")]
    [InlineData("replay 1 --trace --history h", "--trace needs a value behind it.")]
    public void What_is_wrong_is_named_with_what_would_be_right(string line, string expected) =>
        Assert.Equal(expected, ArgumentReader.Read(line.Split(' '), out _));

    [Theory]
    [InlineData("replay 1 --without kill,drop", "--without: 'drop' is no kind of fault; there are request-lost, ")]
    [InlineData("replay 1 --only kill", "--only: 'kill' is no fault; one is written like answer-lost@node2/Append#17")]
    public void An_unknown_fault_is_told_the_kinds(string line, string expected)
    {
        var problem = ArgumentReader.Read(line.Split(' '), out _);

        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
        Assert.EndsWith("client-crash.", problem, StringComparison.Ordinal);
    }
}
