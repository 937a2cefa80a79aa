namespace Serverless.StorageEngine.Storage;

/// <summary>What the engine draws at random: nonces, which tell what one caller wrote from what others did, and
/// places.</summary>
internal static class RandomDraws
{
    /// <summary>64 fresh random bits.</summary>
    public static long NextNonce64(this Random random) => random.NextInt64(long.MinValue, long.MaxValue);

    /// <summary>128 fresh random bits.</summary>
    public static Bits128 NextNonce(this Random random) =>
        new(unchecked((ulong)random.NextNonce64()), unchecked((ulong)random.NextNonce64()));

    /// <summary>One of the accounts that new blobs are spread over.</summary>
    public static string NextAccount(this Random random, IReadOnlyList<string> accounts) =>
        accounts is [var only] ? only : accounts[random.Next(accounts.Count)];
}
