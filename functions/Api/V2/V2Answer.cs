using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Api.V2;

/// <summary>The answers of v2.</summary>
internal static class V2Answer
{
    /// <summary>A value in the media type that was negotiated.</summary>
    public static IResult Json<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(value, type, V2AnswerType.Of(context));
    }

    /// <summary>A refusal.</summary>
    public static IResult Error(ConfluentError error) => new ConfluentResult(
        error,
        error.Code is ConfluentErrorCode.UnsupportedMediaType ? ConfluentMediaTypes.Json : ConfluentMediaTypes.V2);

    /// <summary>The body is of a type that the resource does not take.</summary>
    /// <param name="request">The request.</param>
    /// <param name="taken">The types that it takes.</param>
    public static ConfluentError UnsupportedMediaType(HttpRequest request, string[] taken) => new(
        ConfluentErrorCode.UnsupportedMediaType,
        $"HTTP 415 Unsupported Media Type: the Content-Type is {Quotation.Of(request.ContentType)}; "
        + $"{string.Join(", ", taken)} are possible.");

    /// <summary>The client accepts no type that the resource has.</summary>
    /// <param name="request">The request.</param>
    /// <param name="offered">The types that it has.</param>
    public static ConfluentError NotAcceptable(HttpRequest request, string[] offered) => new(
        ConfluentErrorCode.NotAcceptable,
        $"HTTP 406 Not Acceptable: the Accept is {Quotation.Of(request.Headers.Accept)}; "
        + $"{string.Join(", ", offered)} is possible.");

    /// <summary>A body that breaks a rule beyond its syntax.</summary>
    public static IResult Unprocessable(string detail) =>
        Error(new ConfluentError(ConfluentErrorCode.Unprocessable, detail));

    /// <summary>A refusal of the engine.</summary>
    public static IResult Error(Problem problem) => Error(ConfluentError.Of(problem));

    /// <summary>A refusal of a consumer group.</summary>
    public static IResult Error(GroupError error, string detail) => Error(error switch
    {
        GroupError.InstanceNotFound =>
            new ConfluentError(ConfluentErrorCode.ConsumerInstanceOrTopicNotFound, "Consumer instance not found."),
        GroupError.InstanceExists => new(
            ConfluentErrorCode.ConsumerAlreadyExists,
            "Consumer with specified consumer ID already exists in the specified consumer group."),
        GroupError.GroupFull => new(ConfluentErrorCode.QuotaExceeded, detail),
        GroupError.SubscriptionTooLarge => new(ConfluentErrorCode.Unprocessable, detail),
        GroupError.UnknownTopicOrPartition => ConfluentError.UnknownTopicOrPartition,
        GroupError.SubscriptionTypeConflict or GroupError.NotSubscribed or GroupError.NotAssigned or GroupError.Fenced
            or GroupError.NoOffset or GroupError.StaleMemberEpoch or GroupError.FencedMemberEpoch
            or GroupError.UnreleasedInstanceId or GroupError.GroupNotEmpty or GroupError.GroupDeleting =>
            new(ConfluentErrorCode.IllegalState, $"Illegal state: {detail}"),
        GroupError.InvalidRequest =>
            new(ConfluentErrorCode.InvalidConsumerConfig, $"Invalid consumer configuration: {detail}"),
        _ => throw new InvariantViolatedException($"No answer is defined for {error}: {detail}"),
    });

    /// <summary>What a JSON body that does not fit is told; it names the place, and no type of this program.</summary>
    /// <param name="exception">From the deserializer.</param>
    public static RequestRefusedException DoesNotFit(JsonException exception) => new(Problem.InvalidRequest(
        $"The member {exception.Path ?? "$"} of the JSON body is unknown, there twice, or has the wrong type."));
}
