namespace Serverless.StorageEngine.Records;

/// <summary>
/// Where the fields of a record batch stand, in bytes from its start, and what its attribute bits mean (KIP-98).
/// </summary>
internal static class RecordBatchFields
{
    public const int BaseOffset = 0;
    public const int BatchLength = 8;
    public const int LeaderEpoch = 12;
    public const int Magic = 16;
    public const int Crc = 17;

    /// <summary>The first field that the CRC covers; it covers everything from here to the end.</summary>
    public const int Attributes = 21;

    public const int LastOffsetDelta = 23;
    public const int BaseTimestamp = 27;
    public const int MaxTimestamp = 35;
    public const int ProducerId = 43;
    public const int ProducerEpoch = 51;
    public const int BaseSequence = 53;
    public const int RecordCount = 57;

    /// <summary>The only value of the field <c>magic</c> that is read and written.</summary>
    public const sbyte MagicV2 = 2;

    public const short CompressionMask = 0x07;
    public const short LogAppendTimeBit = 0x08;
    public const short TransactionalBit = 0x10;
    public const short ControlBit = 0x20;
}
