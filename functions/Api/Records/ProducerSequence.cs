namespace Serverless.Functions.Api.Records;

/// <summary>
/// The idempotent producer that a request names, and where its records stand in the producer's count.
/// </summary>
/// <param name="Id">Not negative.</param>
/// <param name="Epoch">Not negative.</param>
/// <param name="BaseSequence">The sequence number of the request's first record, not negative.</param>
internal readonly record struct ProducerSequence(long Id, short Epoch, int BaseSequence)
{
    /// <summary>The sequence number of a later record; 0 follows 2,147,483,647.</summary>
    /// <param name="records">The number of records between the first and that one.</param>
    public int SequenceAfter(long records) => (int)((BaseSequence + records) & int.MaxValue);
}
