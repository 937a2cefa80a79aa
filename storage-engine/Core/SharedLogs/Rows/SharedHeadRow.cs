namespace Serverless.StorageEngine.SharedLogs.Rows;

/// <summary>The head row of a shared log: where to open it from. A hint that may lag behind, never lead.</summary>
/// <param name="Carrier">The last carrier that is sealed and has a row; the first one before that.</param>
/// <param name="CarrierNumber">Its number.</param>
/// <param name="SealPosition">Where its last block begins; -1 while the first carrier is not sealed.</param>
/// <param name="SealLength">That block's bytes.</param>
/// <param name="Deleted">Whether the shared log was deleted with its topic. The row stays, so that nobody starts it
/// anew.</param>
internal sealed record SharedHeadRow(
    string Carrier, int CarrierNumber, long SealPosition, int SealLength, bool Deleted)
{
    /// <summary>Whether another row points further on.</summary>
    public bool IsBehind(SharedHeadRow other) =>
        CarrierNumber < other.CarrierNumber || (CarrierNumber == other.CarrierNumber && SealPosition < other.SealPosition);
}
