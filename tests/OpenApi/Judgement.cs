namespace Serverless.OpenApi;

/// <summary>What an exchange breaks, and what a validator has still to say about it.</summary>
/// <param name="Operation">Which operation it was, for messages.</param>
/// <param name="Faults">Broken rules, in one sentence each.</param>
/// <param name="Checks">Documents to hold against their schemas.</param>
public sealed record Judgement(
    string Operation, IReadOnlyList<string> Faults, IReadOnlyList<SchemaCheck> Checks);

/// <summary>JSON documents, and the schema that they must fit.</summary>
/// <param name="What">What they are, for messages.</param>
/// <param name="Path">The place of the schema.</param>
/// <param name="IsClosed">Whether members that the schema does not know are faults.</param>
/// <param name="Items">The documents.</param>
public sealed record SchemaCheck(string What, string Path, bool IsClosed, IReadOnlyList<string> Items);
