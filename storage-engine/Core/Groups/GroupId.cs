using System.Diagnostics.CodeAnalysis;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Groups;

/// <summary>Names a consumer group: any text of 1 to <see cref="BytesMax"/> bytes of UTF-8.</summary>
public readonly record struct GroupId
{
    /// <summary>The longest id, in bytes of UTF-8: what fits into a table key in either of its two forms.</summary>
    public const int BytesMax = 255;

    private GroupId(string value) => Value = value;

    /// <summary>The id itself.</summary>
    public string Value { get; }

    /// <summary>Takes <paramref name="text"/> as an id, or says which rule it breaks.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="id">The id, when the result is true.</param>
    /// <param name="problem">One sentence about the broken rule, when the result is false.</param>
    public static bool TryParse(string? text, out GroupId id, [NotNullWhen(false)] out string? problem)
    {
        problem = NameKey.ProblemOf(text, BytesMax);
        id = problem is null ? new GroupId(text!) : default;
        return problem is null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
