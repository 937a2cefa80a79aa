using System.Text.Json;
using Serverless.Functions.Api.Bodies;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.Native.Topics;

/// <summary>What the bodies of topic requests hold.</summary>
internal static class TopicBodies
{
    /// <summary>A setting's value as text, the way Kafka's tools write it; null stays null.</summary>
    /// <param name="name">The setting's name.</param>
    /// <param name="value">A text, number, truth value or null.</param>
    /// <exception cref="RequestRefusedException">It is an array or an object.</exception>
    public static string? TextOf(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => JsonText.Of(value),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => throw new RequestRefusedException(Problem.InvalidRequest(
            $"The setting {Quotation.Of(name)} is {Quotation.Of(value.GetRawText())}; it is a text, a number "
            + "or a truth value.")),
    };
}
