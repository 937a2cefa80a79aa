using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.StorageEngine.Groups;

namespace Serverless.Functions.Api.V2.Consumers;

/// <summary><c>POST /consumers/{group}</c>: adds a consumer instance, which every node then serves.</summary>
internal static class CreateInstance
{
    public static async Task<IResult> HandleAsync(HttpContext context, ConsumerEngine engine, string group)
    {
        var (body, error) = await V2Body.ReadAsync(
            context.Request, V2Json.Default.CreateInstanceRequest, context.RequestAborted);
        var request = body ?? new CreateInstanceRequest();
        var broken = InstanceRules.Check(request, out var settings);
        if ((error ?? broken) is { } refused)
        {
            return V2Answer.Error(refused);
        }

        if (!GroupId.TryParse(group, out var groupId, out var problem))
        {
            return V2Answer.Error(new ConfluentError(
                ConfluentErrorCode.InvalidRequest, $"The group's name is not allowed: {problem}."));
        }

        var name = request.Id ?? request.Name ?? NewName(engine.Random);
        if (!InstanceId.TryParse(name, out var instanceId, out problem)
            || (problem = InstanceRules.ProblemOfName(name)) is not null)
        {
            return V2Answer.Error(new ConfluentError(
                ConfluentErrorCode.InvalidConsumerConfig, $"Invalid consumer configuration: name: {problem}."));
        }

        var outcome = await engine.Groups.CreateAsync(groupId, instanceId, settings, context.RequestAborted);
        return ConsumerCall.Refusal(outcome) ?? V2Answer.Json(
            context,
            new CreateInstanceAnswer(instanceId.Value, BaseUri(context.Request, groupId, instanceId)),
            V2Json.Default.CreateInstanceAnswer);
    }

    // As the client spelled it, so that whatever led the client here leads it here again.
    private static string BaseUri(HttpRequest request, GroupId group, InstanceId instance) =>
        $"{request.Scheme}://{request.Host}{request.PathBase}/consumers/{Uri.EscapeDataString(group.Value)}"
        + $"/instances/{Uri.EscapeDataString(instance.Value)}";

    private static string NewName(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return $"rest-consumer-{new Guid(bytes)}";
    }
}
