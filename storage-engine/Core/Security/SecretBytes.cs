namespace Serverless.StorageEngine.Security;

/// <summary>
/// Fills <paramref name="bytes"/> with bytes that nobody can foresee. Not a <see cref="Random"/>, whose numbers are
/// foreseen by whoever has seen enough of them.
/// </summary>
/// <param name="bytes">What to fill.</param>
public delegate void SecretBytes(Span<byte> bytes);
