using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Serverless.StorageEngine.Diagnostics;

/// <summary>States what must be true in every run, in release builds too.</summary>
public static class Invariant
{
    /// <summary>Throws when <paramref name="condition"/> is false: a bug, which nothing but the process boundary
    /// catches.</summary>
    /// <param name="condition">What must hold.</param>
    /// <param name="text">The condition's source text; the compiler fills it in.</param>
    public static void Holds(
        [DoesNotReturnIf(false)] bool condition, [CallerArgumentExpression(nameof(condition))] string? text = null)
    {
        if (!condition)
        {
            throw new InvariantViolatedException($"It must hold that {text}.");
        }
    }
}
