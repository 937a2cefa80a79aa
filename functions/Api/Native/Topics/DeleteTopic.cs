using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Native.Topics;

/// <summary>
/// <c>DELETE /api/v1/topics/{topic}</c>: the name is free at once. 204 when the records are gone too, 202 when the
/// storage service failed while they were removed; the rest is removed later by itself.
/// </summary>
internal static class DeleteTopic
{
    public static async Task<IResult> HandleAsync(HttpContext context, TopicCatalog topics, string topic)
    {
        if (!TopicName.TryParse(topic, out var name, out var broken))
        {
            return new ProblemResult(Problem.InvalidTopic(broken));
        }

        return await topics.DeleteAsync(name, context.RequestAborted) switch
        {
            TopicDeletion.Deleted => Results.NoContent(),
            TopicDeletion.DeletedRecordsRemain => Results.StatusCode(StatusCodes.Status202Accepted),
            _ => new ProblemResult(Problem.UnknownTopicOrPartition(topic)),
        };
    }
}
