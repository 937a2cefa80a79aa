namespace Serverless.StorageEngine.Storage;

/// <summary>The name of a segment in the store: lower-case letters, digits, <c>-</c>, <c>.</c> and <c>/</c>.</summary>
/// <param name="Value">1 to <see cref="SegmentLimits.NameLengthMax"/> characters.</param>
public readonly record struct SegmentName(string Value) : IComparable<SegmentName>
{
    /// <inheritdoc/>
    public int CompareTo(SegmentName other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Ordinal order.</summary>
    public static bool operator <(SegmentName left, SegmentName right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >(SegmentName left, SegmentName right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator <=(SegmentName left, SegmentName right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >=(SegmentName left, SegmentName right) => left.CompareTo(right) >= 0;
}
