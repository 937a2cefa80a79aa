using System.Diagnostics.CodeAnalysis;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Groups;

/// <summary>
/// Names a consumer instance within its group: any text of 1 to <see cref="BytesMax"/> bytes of UTF-8.
/// </summary>
public readonly record struct InstanceId : IComparable<InstanceId>
{
    /// <summary>The longest id, in bytes of UTF-8.</summary>
    public const int BytesMax = 255;

    private InstanceId(string value) => Value = value;

    /// <summary>The id itself.</summary>
    public string Value { get; }

    /// <summary>Takes <paramref name="text"/> as an id, or says which rule it breaks.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="id">The id, when the result is true.</param>
    /// <param name="problem">One sentence about the broken rule, when the result is false.</param>
    public static bool TryParse(string? text, out InstanceId id, [NotNullWhen(false)] out string? problem)
    {
        problem = NameKey.ProblemOf(text, BytesMax);
        id = problem is null ? new InstanceId(text!) : default;
        return problem is null;
    }

    /// <summary>By UTF-16 code units, as Kafka's assignors sort members.</summary>
    public int CompareTo(InstanceId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Whether <paramref name="left"/> comes first.</summary>
    public static bool operator <(InstanceId left, InstanceId right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="right"/> comes first.</summary>
    public static bool operator >(InstanceId left, InstanceId right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> comes first, or both are the same.</summary>
    public static bool operator <=(InstanceId left, InstanceId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="right"/> comes first, or both are the same.</summary>
    public static bool operator >=(InstanceId left, InstanceId right) => left.CompareTo(right) >= 0;
}
