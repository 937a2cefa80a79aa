namespace Serverless.StorageEngine.Security;

/// <summary>Why a key was not made.</summary>
/// <param name="Code">The kind.</param>
/// <param name="Detail">One sentence.</param>
public sealed record ApiKeyProblem(ApiKeyProblemCode Code, string Detail);
