using Microsoft.AspNetCore.Http;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary>
/// <c>DELETE /consumers/{group}/instances/{instance}</c>: commits what was read, when the instance does so by itself,
/// and removes it.
/// </summary>
internal static class DeleteInstance
{
    public static async Task<IResult> HandleAsync(ConsumerCall call) =>
        ConsumerCall.Refusal(await call.Engine.Groups.CloseAsync(call.Group, call.Instance, call.Aborted))
        ?? TypedResults.NoContent();
}
