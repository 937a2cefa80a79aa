namespace Serverless.Benchmarks;

/// <summary>One part of the benchmark.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Title">Of its report.</param>
/// <param name="IsInAll">Whether <c>all</c> runs it, too: parts that take long, much disk or further programs are asked
/// for by their own names.</param>
/// <param name="RunAsync">Measures and makes the lines of the report; the text is a folder of its own on the measured
/// disk.</param>
internal sealed record Part(
    string Name, string Title, bool IsInAll, Func<Arguments, string, Task<IEnumerable<string>>> RunAsync)
{
    /// <summary>What the report says of its repetitions.</summary>
    public Func<Arguments, string> Repetition { get; init; } = static arguments =>
        $"Medians of {arguments.Rounds} rounds; in every round each side runs in turn";
}
