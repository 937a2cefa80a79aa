namespace Serverless.StorageEngine.Log;

/// <summary>Who a node is, in blocks and lease rows.</summary>
/// <param name="Id">128 random bits, drawn at every start: a restarted process is another node.</param>
/// <param name="Address">Where other nodes and operators reach this one, as an absolute URL; empty when nobody
/// can.</param>
public sealed record NodeIdentity(Bits128 Id, string Address);
