using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Confluent;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.V3.Security;

/// <summary>Reads which rights a query means. Pure.</summary>
internal static class AclQuery
{
    private const string Any = "ANY";
    private const string Match = "MATCH";

    /// <summary>Reads the filter.</summary>
    /// <param name="query">The request's query.</param>
    /// <param name="mustState">
    /// Whether resource type, pattern type, operation and permission must be there: nobody removes all rights by a
    /// slip.
    /// </param>
    /// <param name="filter">The filter, when the result is null.</param>
    /// <returns>What is wrong, or null.</returns>
    public static ConfluentError? Read(IQueryCollection query, bool mustState, out AclFilter filter)
    {
        filter = new AclFilter();
        string? type = Text(query, "resource_type"), pattern = Text(query, "pattern_type");
        string? operation = Text(query, "operation"), permission = Text(query, "permission");
        (string Name, string? Text, bool IsKnown)[] words =
        [
            ("resource_type", type, AclWords.TryParse(type, out AclResourceType typed)),
            ("pattern_type", pattern, AclWords.TryParse(pattern, out AclPatternType patterned) || Is(pattern, Match)),
            ("operation", operation, AclWords.TryParse(operation, out AclOperation operated)),
            ("permission", permission, AclWords.TryParse(permission, out AclPermissionType permitted)),
        ];
        foreach (var (name, text, isKnown) in words)
        {
            if (text is null ? mustState : !isKnown && !Is(text, Any))
            {
                return new(ConfluentErrorCode.BadRequest, $"{name} cannot be unspecified or UNKNOWN");
            }
        }

        Principal? principal = null;
        if (Text(query, "principal") is { } named)
        {
            if (!Principal.TryParse(named, out var parsed, out var broken))
            {
                return ConfluentError.BadRequest($"The principal {Quotation.Of(named)} is none: {broken}.");
            }

            principal = parsed;
        }

        filter = new AclFilter(
            words[0].IsKnown ? typed : null,
            Text(query, "resource_name"),
            AclWords.TryParse(pattern, out AclPatternType _) ? patterned : null,
            Is(pattern, Match),
            principal,
            Text(query, "host"),
            words[2].IsKnown ? operated : null,
            words[3].IsKnown ? permitted : null);
        return null;
    }

    private static string? Text(IQueryCollection query, string name) =>
        query[name].ToString() is { Length: > 0 } text ? text : null;

    private static bool Is(string? text, string word) => word.Equals(text, StringComparison.OrdinalIgnoreCase);
}
