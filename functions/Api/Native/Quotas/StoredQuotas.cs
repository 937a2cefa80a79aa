using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Quotas;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.Native.Quotas;

/// <summary>
/// <c>/api/v1/quotas</c>: lists, sets and removes the stored quotas of principals and topics, and those that hold for
/// each of them.
/// </summary>
internal static class StoredQuotas
{
    public static async Task<IResult> ListAsync(HttpContext context, SecurityCatalog security)
    {
        var state = (await security.ReadAsync(context.RequestAborted)).State;
        return new JsonResult(json =>
        {
            json.WriteStartArray("quotas");
            foreach (var (entity, stored) in state.Quotas
                .OrderBy(static one => one.Key.Type)
                .ThenBy(static one => one.Key.Name, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                QuotaAnswer.Write(json, entity, stored.Limits);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    public static async Task<IResult> GetAsync(
        HttpContext context, SecurityCatalog security, QuotaEntityType type, string name)
    {
        if (Read(type, name, out var entity) is { } refused)
        {
            return new ProblemResult(refused);
        }

        return (await security.ReadAsync(context.RequestAborted)).State.Quotas.TryGetValue(entity, out var stored)
            ? new JsonResult(json => QuotaAnswer.Write(json, entity, stored.Limits))
            : NotFound(entity);
    }

    public static async Task<IResult> PutAsync(
        HttpContext context, SecurityCatalog security, QuotaEntityType type, string name)
    {
        if (Read(type, name, out var entity) is { } refused)
        {
            return new ProblemResult(refused);
        }

        var limits = (await SmallBody.ReadAsync(context.Request, QuotaBodies.Default.QuotaBody)).Limits;
        if (limits.IsNone || !limits.IsPossible)
        {
            return new ProblemResult(Problem.InvalidRequest(
                "At least one of producer_byte_rate, consumer_byte_rate and request_rate is needed, each a number from "
                + $"{QuotaLimits.Least} to {QuotaLimits.Most}."));
        }

        if (await security.SetQuotaAsync(entity, limits, context.RequestAborted) is { } full)
        {
            return new ProblemResult(Problem.InvalidRequest(full));
        }

        // So that the next request is held to it, whoever makes it.
        await security.ReadAsync(context.RequestAborted);
        return new JsonResult(json => QuotaAnswer.Write(json, entity, limits));
    }

    public static async Task<IResult> DeleteAsync(
        HttpContext context, SecurityCatalog security, QuotaEntityType type, string name)
    {
        if (Read(type, name, out var entity) is { } refused)
        {
            return new ProblemResult(refused);
        }

        var removed = await security.RemoveQuotaAsync(entity, context.RequestAborted);
        await security.ReadAsync(context.RequestAborted);
        return removed ? TypedResults.NoContent() : NotFound(entity);
    }

    private static Problem? Read(QuotaEntityType type, string name, out QuotaEntity entity) =>
        QuotaEntity.TryParse(type, name, out entity, out var broken) ? null
        : type == QuotaEntityType.Topic ? Problem.InvalidTopic(broken)
        : new(ProblemCode.InvalidPrincipal, $"{Quotation.Of(name)} is no principal: {broken}.");

    private static ProblemResult NotFound(QuotaEntity entity) => new(new(
        ProblemCode.NotFound,
        $"{(entity.Type == QuotaEntityType.User ? entity.Name : $"Topic '{entity.Name}'")} has no quota of its own."));
}
