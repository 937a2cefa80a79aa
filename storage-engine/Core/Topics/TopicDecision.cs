using System.Collections.Immutable;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Topics;

/// <summary>What a rule decided: the answer, and what must be written first for it to be true.</summary>
/// <param name="Outcome">The answer once the changes are durable.</param>
/// <param name="Changes">One transaction; empty when nothing has to be written.</param>
internal sealed record TopicDecision<TOutcome>(TOutcome Outcome, ImmutableArray<RowChange> Changes);
