namespace Serverless.EndToEnd.Tests.Chaos.Nodes;

/// <summary>A node from its start to its end.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="Number">What a history calls it; no other node has it.</param>
internal sealed record NodeLife(Uri Address, int Number);
