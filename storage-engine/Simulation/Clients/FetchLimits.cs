using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Simulation.Clients;

/// <summary>How a client polls.</summary>
/// <param name="BytesMax">The most bytes wanted, or one batch.</param>
/// <param name="Wait">How long the node waits for records when there are none.</param>
/// <param name="Compression">The codecs.</param>
internal sealed record FetchLimits(int BytesMax, TimeSpan Wait, ICompression Compression);
