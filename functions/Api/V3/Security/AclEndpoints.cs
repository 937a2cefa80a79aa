using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.V3.Contracts;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.V3.Security;

/// <summary>
/// Rights: list, add, remove. An answer comes when the change is durable; nodes follow within seconds.
/// </summary>
internal static class AclEndpoints
{
    public static async Task<IResult> ListAsync(HttpContext context, SecurityCatalog security)
    {
        if (AclQuery.Read(context.Request.Query, mustState: false, out var filter) is { } refused)
        {
            return V3Answer.Error(refused);
        }

        var links = V3Links.Of(context);
        var view = await security.ReadAsync(context.RequestAborted);
        return V3Answer.Json(
            new ListOf<AclData>(
                "KafkaAclList",
                new(links.Url("acls") + context.Request.QueryString.ToUriComponent()),
                Describe(links, view.State.Acls.Keys.Where(filter.Means))),
            V3Json.Default.ListOfAclData);
    }

    public static async Task<IResult> CreateAsync(HttpContext context, SecurityCatalog security)
    {
        var (request, error) = await V3Body.ReadAsync(
            context.Request, V3Json.Default.CreateAclRequest, context.RequestAborted);
        if (request is null)
        {
            return V3Answer.Error(error!);
        }

        return AclBodies.Read(request, out var acl) is { } refused
            ? V3Answer.Error(refused)
            : await CreateAsync(context, security, [acl!]);
    }

    public static async Task<IResult> CreateAllAsync(HttpContext context, SecurityCatalog security)
    {
        var (request, error) = await V3Body.ReadAsync(
            context.Request, V3Json.Default.CreateAclsRequest, context.RequestAborted);
        if (request is null)
        {
            return V3Answer.Error(error!);
        }

        if (request.Data is not { Count: > 0 and <= SecurityLimits.ChangesAtOnceMax } data)
        {
            return V3Answer.Error(ConfluentError.BadRequest(
                $"The member data holds {request.Data?.Count ?? 0} rights; 1 to {SecurityLimits.ChangesAtOnceMax} are "
                + "possible."));
        }

        var acls = new List<Acl>(data.Count);
        foreach (var one in data)
        {
            if (AclBodies.Read(one, out var acl) is { } refused)
            {
                return V3Answer.Error(refused);
            }

            acls.Add(acl!);
        }

        return await CreateAsync(context, security, acls);
    }

    public static async Task<IResult> DeleteAsync(HttpContext context, SecurityCatalog security)
    {
        if (AclQuery.Read(context.Request.Query, mustState: true, out var filter) is { } refused)
        {
            return V3Answer.Error(refused);
        }

        var gone = await security.DeleteAclsAsync([filter], context.RequestAborted);
        return V3Answer.Json(new(Describe(V3Links.Of(context), gone)), V3Json.Default.DeletedAcls);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, SecurityCatalog security, IReadOnlyList<Acl> acls)
    {
        if (await security.CreateAclsAsync(acls, context.RequestAborted) is { } full)
        {
            return V3Answer.InvalidRequest(full);
        }

        if (acls is [var only])
        {
            context.Response.Headers.Location = UrlOf(V3Links.Of(context), only);
        }

        return TypedResults.StatusCode(StatusCodes.Status201Created);
    }

    private static List<AclData> Describe(V3Links links, IEnumerable<Acl> acls) =>
    [
        .. acls
            .OrderBy(static acl => acl.ResourceType)
            .ThenBy(static acl => acl.ResourceName, StringComparer.Ordinal)
            .ThenBy(static acl => acl.PatternType)
            .ThenBy(static acl => acl.Principal.Name, StringComparer.Ordinal)
            .ThenBy(static acl => acl.Operation)
            .ThenBy(static acl => acl.Permission)
            .Select(acl => new AclData(
                "KafkaAcl",
                new(UrlOf(links, acl)),
                links.ClusterId,
                AclWords.Of(acl.ResourceType),
                acl.ResourceName,
                AclWords.Of(acl.PatternType),
                acl.Principal.ToString(),
                AclRules.AnyHost,
                AclWords.Of(acl.Operation),
                AclWords.Of(acl.Permission))),
    ];

    // An ACL has no name of its own: the list with all filters is its place.
    private static string UrlOf(V3Links links, Acl acl) =>
        $"{links.Url("acls")}?resource_type={AclWords.Of(acl.ResourceType)}"
        + $"&resource_name={Uri.EscapeDataString(acl.ResourceName)}&pattern_type={AclWords.Of(acl.PatternType)}"
        + $"&principal={Uri.EscapeDataString(acl.Principal.ToString())}&host={AclRules.AnyHost}"
        + $"&operation={AclWords.Of(acl.Operation)}&permission={AclWords.Of(acl.Permission)}";
}
