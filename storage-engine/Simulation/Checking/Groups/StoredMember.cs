namespace Serverless.StorageEngine.Simulation.Checking.Groups;

/// <summary>A member in the row of its group.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Number">Stands for it in the assignment.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="IsShared">Whether the group chooses its partitions, rather than its client.</param>
internal sealed record StoredMember(string Id, int Number, int Epoch, bool IsShared);
