using System.Buffers;

namespace Serverless.StorageEngine.Log.Blocks;

/// <summary>A block ready to be appended.</summary>
/// <param name="Bytes">What goes to the store: head, the batches as they were handed in, and the CRC.</param>
/// <param name="Block">The same block as readers will see it once it is stored.</param>
internal sealed record EncodedBlock(ReadOnlySequence<byte> Bytes, LogBlock Block);
