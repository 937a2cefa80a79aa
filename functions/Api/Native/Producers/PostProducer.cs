using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine.Producers;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.Native.Producers;

/// <summary>
/// <c>POST /api/v1/producers</c>: gives an idempotent producer its id and epoch. One that names itself gets the same id
/// each time with the next epoch, so that what is left of its earlier lives is refused.
/// </summary>
/// <remarks>A repetition may skip an id or an epoch, which harms nobody.</remarks>
internal static class PostProducer
{
    public static async Task<IResult> HandleAsync(HttpContext context, ProducerIds producers)
    {
        var body = await SmallBody.ReadOptionalAsync(context.Request, ProducerJson.Default.ProducerBody);
        var caller = Caller.Of(context);
        if (body?.Name is not { } text)
        {
            // Whoever may write anywhere may do so without repetitions.
            return !caller.MaySomewhere(Right.WriteTopic)
                && caller.RefusalOf(Right.WriteIdempotent, AclRules.ClusterName) is { } refusal
                ? new ProblemResult(refusal)
                : Answer(await producers.AllocateAsync(context.RequestAborted));
        }

        if (caller.RefusalOf(Right.WriteTransactionalId, text) is { } forbidden)
        {
            return new ProblemResult(forbidden);
        }

        return ProducerName.TryParse(text, out var name, out _)
            ? Answer(await producers.InitializeAsync(name, context.RequestAborted))
            : new ProblemResult(Problem.InvalidRequest(
                $"The member 'name' is {Quotation.Of(text)}; it is a text of 1 to {ProducerName.BytesMax} bytes of "
                + "UTF-8."));
    }

    private static JsonResult Answer(ProducerIdentity producer) => new(json =>
    {
        json.WriteNumber("producer_id", producer.Id);
        json.WriteNumber("producer_epoch", producer.Epoch);
    });
}
