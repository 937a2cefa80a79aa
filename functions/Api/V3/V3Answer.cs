using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Api.V3;

/// <summary>The answers of v3.</summary>
internal static class V3Answer
{
    /// <summary>A resource or a list.</summary>
    /// <param name="value">The answer.</param>
    /// <param name="type">How it is written.</param>
    /// <param name="status">The HTTP status.</param>
    public static IResult Json<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(value, type, ConfluentMediaTypes.Json, status);

    /// <summary>A refusal.</summary>
    /// <param name="error">Why.</param>
    public static IResult Error(ConfluentError error) => new ConfluentResult(error);

    /// <summary>A refusal of the engine, in Kafka's words.</summary>
    /// <param name="detail">Kafka's sentence.</param>
    public static IResult InvalidRequest(string detail) =>
        Error(new(ConfluentErrorCode.InvalidRequest, detail));

    /// <summary>What a JSON body that does not fit is told; it names the place, and no type of this program.</summary>
    /// <param name="exception">From the deserializer.</param>
    public static RequestRefusedException DoesNotFit(JsonException exception) =>
        new(Problem.InvalidRequest(
            $"The member {exception.Path ?? "$"} of the JSON body is unknown, there twice, or has the wrong type."));
}
