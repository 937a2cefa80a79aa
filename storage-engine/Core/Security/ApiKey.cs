namespace Serverless.StorageEngine.Security;

/// <summary>A key that a program shows to be a principal, as it is stored: without its secret.</summary>
/// <param name="Id">Names the key; 24 hexadecimal digits, no secret.</param>
/// <param name="Principal">Whom it stands for.</param>
/// <param name="SecretHash">SHA-256 of the secret's UTF-8, 64 hexadecimal digits in lower case.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record ApiKey(string Id, Principal Principal, string SecretHash, DateTimeOffset CreatedAt);
