using Serverless.Benchmarks.Measuring;

namespace Serverless.Benchmarks.Start;

/// <summary>The starts of a program.</summary>
/// <param name="Program">The program.</param>
/// <param name="Known">Over a store that has the topic: what a node meets that starts because a request came.</param>
/// <param name="New">Over a folder that is empty: the first request makes the topic.</param>
internal sealed record StartResult(StartProgram Program, List<StartRun> Known, List<StartRun> New)
{
    /// <summary>The median of something about the starts over a store that has the topic.</summary>
    public double OfKnown(Func<StartRun, double> what) => Median.Of(Known.Select(what));

    /// <summary>The same of those over an empty folder.</summary>
    public double OfNew(Func<StartRun, double> what) => Median.Of(New.Select(what));
}
