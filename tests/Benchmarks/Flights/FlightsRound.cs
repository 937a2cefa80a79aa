namespace Serverless.Benchmarks.Flights;

/// <summary>One round, in seconds.</summary>
/// <param name="Raw">The raw store: the same bytes in as many appends, one at a time in each segment.</param>
/// <param name="JsonPass">
/// One pass of <see cref="System.Text.Json.Utf8JsonReader"/> over the same bytes, line by line; the least of a few.
/// </param>
/// <param name="First">The stream over HTTP into a topic that was never written.</param>
/// <param name="Next">The same stream again, into the same topic.</param>
internal sealed record FlightsRound(double Raw, double JsonPass, StreamRun First, StreamRun Next)
{
    /// <summary>What the streams are measured against.</summary>
    public double Floor => Raw + JsonPass;
}
