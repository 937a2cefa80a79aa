using System.Diagnostics.CodeAnalysis;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Producers;

/// <summary>Names a producer that comes back: any text of 1 to <see cref="BytesMax"/> bytes of UTF-8.</summary>
public readonly record struct ProducerName
{
    /// <summary>The longest name, in bytes of UTF-8: what fits into a table key in either of its two forms.</summary>
    public const int BytesMax = 255;

    private ProducerName(string value) => Value = value;

    /// <summary>The name itself.</summary>
    public string Value { get; }

    /// <summary>Takes <paramref name="text"/> as a name, or says which rule it breaks.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="name">The name, when the result is true.</param>
    /// <param name="problem">One sentence about the broken rule, when the result is false.</param>
    public static bool TryParse(string? text, out ProducerName name, [NotNullWhen(false)] out string? problem)
    {
        problem = NameKey.ProblemOf(text, BytesMax);
        name = problem is null ? new ProducerName(text!) : default;
        return problem is null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
