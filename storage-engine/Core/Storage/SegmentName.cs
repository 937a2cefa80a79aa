namespace Serverless.StorageEngine.Storage;

/// <summary>The name of a segment in the store: lower-case letters, digits, <c>-</c>, <c>.</c> and <c>/</c>.</summary>
/// <param name="Value">1 to <see cref="SegmentLimits.NameLengthMax"/> characters.</param>
public readonly record struct SegmentName(string Value) : IComparable<SegmentName>
{
    private const char BeforeAccount = '.';

    /// <summary>
    /// The storage account that holds the segment: what stands behind the only dot. Empty without one, which is the
    /// first account of those that have several.
    /// </summary>
    public string Account => Value[(Value.LastIndexOf(BeforeAccount) + 1)..] is var behind
        && behind.Length < Value.Length ? behind : "";

    /// <summary>The same name for a segment that lies in an account.</summary>
    /// <param name="account">The account's name, without dots and slashes; empty for the first one.</param>
    public SegmentName In(string account) => account.Length == 0 ? this : new($"{Value}{BeforeAccount}{account}");

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
