namespace Serverless.Functions.Api.V3.Contracts;

/// <summary>A right.</summary>
internal sealed record AclData(
    string Kind,
    ListMetadata Metadata,
    string ClusterId,
    string ResourceType,
    string ResourceName,
    string PatternType,
    string Principal,
    string Host,
    string Operation,
    string Permission);

/// <summary>Rights that are gone.</summary>
internal sealed record DeletedAcls(IReadOnlyList<AclData> Data);

/// <summary>Gives or takes a right. Members are null where the client left them out.</summary>
internal sealed record CreateAclRequest(
    string? ResourceType = null,
    string? ResourceName = null,
    string? PatternType = null,
    string? Principal = null,
    string? Host = null,
    string? Operation = null,
    string? Permission = null);

/// <summary>Gives or takes several rights at once, all or none.</summary>
internal sealed record CreateAclsRequest(IReadOnlyList<CreateAclRequest>? Data = null);
