namespace Serverless.Functions.Host.Hosting;

/// <summary>Where secrets come from. The one place that asks the operating system for unforeseeable bits.</summary>
internal static class Secrets
{
    /// <summary>Fills bytes that nobody can foresee; a <c>SecretBytes</c>.</summary>
    /// <param name="bytes">What to fill.</param>
#pragma warning disable RS0030 // A Random can be foreseen by whoever has seen enough of it.
    public static void Fill(Span<byte> bytes) => System.Security.Cryptography.RandomNumberGenerator.Fill(bytes);
#pragma warning restore RS0030
}
