using System.Diagnostics;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Api.Security;

/// <summary>What those are told who may not. Pure; repeats nothing that was shown as proof.</summary>
internal static class AccessProblems
{
    /// <summary>Nothing was shown, and something must be.</summary>
    public static Problem NothingShown { get; } = Unauthenticated(
        "The request shows nothing that says who makes it; an API key by Basic, Bearer or SharedAccessKey is needed, "
        + "or a token by Bearer.");

    /// <summary>The header is not one that is understood.</summary>
    public static Problem Malformed { get; } = Unauthenticated(
        "The header Authorization is not 'Basic' with base64 of KEY:SECRET, 'Bearer KEY:SECRET', "
        + "'SharedAccessKey KEY:SECRET', or 'Bearer' with a token.");

    /// <summary>The key is not one of those that are known.</summary>
    public static Problem UnknownKey { get; } =
        Unauthenticated("The API key is unknown or revoked, or its secret is another one.");

    /// <summary>No issuer of tokens is known.</summary>
    public static Problem TokensNotTaken { get; } =
        Unauthenticated("Tokens are not taken here: no issuer is set. API keys are.");

    /// <summary>A web page of another host sent what shows no key.</summary>
    public static Problem ForeignPage { get; } = new(
        ProblemCode.ClusterAuthorizationFailed,
        "The header Origin names another host than the request's own, so a web page of somebody else may have sent it. "
        + "Without a key only pages of this node's own host are served; with an API key or a token, any client.");

    /// <summary>The name that was asked for is not one of this machine.</summary>
    public static Problem ForeignHost { get; } = new(
        ProblemCode.ClusterAuthorizationFailed,
        "This node is reached from its own machine only, and without a key only as localhost, a name below .localhost, "
        + "127.0.0.1 or [::1]; the request names another host. Use one of these or an API key, or start the node with "
        + "--anonymous-beyond-loopback yes.");

    /// <summary>A topic is not let into the shared log of a group.</summary>
    public static Problem GroupOfTopics { get; } = new(
        ProblemCode.ClusterAuthorizationFailed,
        "Cluster authorization failed. The shared log of a group (log=shared:NAME) is other topics', too: whoever lets "
        + "a topic in needs ALTER on the cluster.");

    /// <summary>A topic of a group does not set the interval of all.</summary>
    public static Problem IntervalOfGroup { get; } = new(
        ProblemCode.ClusterAuthorizationFailed,
        "Cluster authorization failed. The topic is one of a group with a shared log, and the smallest "
        + "append.interval.ms of its topics is that of all: whoever changes it needs ALTER on the cluster.");

    /// <summary>Who asks is not known well enough.</summary>
    public static Problem Unauthenticated(string detail) => new(ProblemCode.SaslAuthenticationFailed, detail);

    /// <summary>Who asks is known, and may not, in Kafka's words.</summary>
    /// <param name="right">The right that is missing.</param>
    /// <param name="name">The resource's name.</param>
    public static Problem Forbidden(Right right, string name) => right.Type switch
    {
        AclResourceType.Topic => new(
            ProblemCode.TopicAuthorizationFailed, $"Not authorized to access topics: [{Shown(name)}]"),
        AclResourceType.Group => new(
            ProblemCode.GroupAuthorizationFailed, $"Not authorized to access group: {Shown(name)}"),
        AclResourceType.TransactionalId => new(
            ProblemCode.TransactionalIdAuthorizationFailed,
            $"Not authorized to come back as the producer {Shown(name)}"),
        AclResourceType.Cluster => new(ProblemCode.ClusterAuthorizationFailed, "Cluster authorization failed."),
        _ => throw new UnreachableException($"No problem is defined for {right}."),
    };

    private static string Shown(string name) =>
        name.Length <= Quotation.CharactersMax ? name : Quotation.Of(name)[1..^1];
}
