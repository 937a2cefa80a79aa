namespace Serverless.Benchmarks.Peers;

/// <summary>Counts the records that come back, and sees that they are those that were stored, in their order.</summary>
/// <param name="from">The number of the first one, as they were stored.</param>
/// <param name="to">The number behind the last one.</param>
internal sealed class Tally(long from, long to)
{
    /// <summary>How many came.</summary>
    public long Records { get; private set; }

    /// <summary>Whether all came.</summary>
    public bool IsDone => from + Records >= to;

    /// <summary>Takes the next one's value.</summary>
    /// <exception cref="InvalidDataException">It is another one's, or there should be no more.</exception>
    public void Add(ReadOnlySpan<byte> value)
    {
        var next = from + Records;
        if (IsDone || !value.SequenceEqual(Values.OfBatch[next % Senders.BatchRecords]))
        {
            throw new InvalidDataException($"Record {next} of {to} did not come back as it was stored.");
        }

        Records++;
    }
}
