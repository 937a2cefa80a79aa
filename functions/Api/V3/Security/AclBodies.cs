using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.V3.Contracts;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.V3.Security;

/// <summary>Turns requests to add rights into rights. Pure.</summary>
internal static class AclBodies
{
    /// <summary>Reads one right.</summary>
    /// <param name="request">As it came.</param>
    /// <param name="acl">The right, when the result is null.</param>
    /// <returns>What is wrong with it, or null.</returns>
    public static ConfluentError? Read(CreateAclRequest? request, out Acl? acl)
    {
        acl = null;
        if (Missing(request) is { } missing)
        {
            return ConfluentError.BadRequest($"The member {missing} is missing.");
        }

        if (!AclWords.TryParse(request!.ResourceType, out AclResourceType type))
        {
            return Unknown("resource_type", request.ResourceType, "TOPIC, GROUP, CLUSTER and TRANSACTIONAL_ID");
        }

        if (!AclWords.TryParse(request.PatternType, out AclPatternType pattern))
        {
            return Unknown("pattern_type", request.PatternType, "LITERAL and PREFIXED");
        }

        if (!AclWords.TryParse(request.Operation, out AclOperation operation))
        {
            return Unknown("operation", request.Operation, "those of Kafka");
        }

        if (!AclWords.TryParse(request.Permission, out AclPermissionType permission))
        {
            return Unknown("permission", request.Permission, "ALLOW and DENY");
        }

        if (!Principal.TryParse(request.Principal, out var principal, out var broken))
        {
            return ConfluentError.BadRequest($"The principal {Quotation.Of(request.Principal)} is none: {broken}.");
        }

        acl = new Acl(type, request.ResourceName!, pattern, principal, operation, permission);
        return (AclRules.ProblemOf(acl) ?? ProblemOfHost(request.Host)) is { } problem
            ? new(ConfluentErrorCode.InvalidRequest, problem)
            : null;
    }

    private static string? Missing(CreateAclRequest? request) => request switch
    {
        null or { ResourceType: null } => "resource_type",
        { ResourceName: null } => "resource_name",
        { PatternType: null } => "pattern_type",
        { Principal: null } => "principal",
        { Host: null } => "host",
        { Operation: null } => "operation",
        { Permission: null } => "permission",
        _ => null,
    };

    private static string? ProblemOfHost(string? host) => host == AclRules.AnyHost
        ? null
        : $"The host is {Quotation.Of(host)}; it can only be {AclRules.AnyHost}, since an address proves nothing "
            + "behind a proxy.";

    private static ConfluentError Unknown(string member, string? word, string known) =>
        ConfluentError.BadRequest($"The {member} {Quotation.Of(word)} is not known; known are {known}.");
}
