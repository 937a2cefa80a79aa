using System.Diagnostics;
using System.Text.Json;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Queues;

namespace Serverless.Functions.Api.Native.Queues;

/// <summary>
/// What became of each lock token: <c>{"succeeded":[…],"failed":[{"lock_token","code","detail"}]}</c>.
/// </summary>
internal static class TokenAnswer
{
    /// <summary>Writes the members.</summary>
    /// <param name="json">Inside an object.</param>
    /// <param name="tokens">In the order of the request.</param>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<TokenOutcome> tokens)
    {
        json.WriteStartArray("succeeded");
        foreach (var token in tokens.Where(static one => one.Failure is null))
        {
            json.WriteStringValue(token.LockToken);
        }

        json.WriteEndArray();
        json.WriteStartArray("failed");
        foreach (var token in tokens)
        {
            if (token.Failure is { } failure)
            {
                var problem = ProblemOf(failure);
                json.WriteStartObject();
                json.WriteString("lock_token", token.LockToken);
                json.WriteString("code", problem.Rule.Name);
                json.WriteString("detail", problem.Detail);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    /// <summary>Why a token had no effect.</summary>
    public static Problem ProblemOf(TokenFailure failure) => failure switch
    {
        TokenFailure.InvalidToken => new(
            ProblemCode.InvalidLockToken,
            "This is no lock token of this queue; send it as the receive gave it."),
        TokenFailure.InvalidRecordState => new(
            ProblemCode.InvalidRecordState,
            "The lock does not hold the record: it has ended, or the record was acknowledged, released or rejected."),
        TokenFailure.StorageUnavailable => new(
            ProblemCode.StorageUnavailable, "The storage service did not do what was asked; nothing was changed."),
        TokenFailure.OutcomeUnknown => new(
            ProblemCode.OutcomeUnknown, "The storage service did not say whether the write happened."),
        _ => throw new UnreachableException($"No problem is defined for {failure}."),
    };
}
