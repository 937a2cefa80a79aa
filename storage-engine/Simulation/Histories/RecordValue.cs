using System.Globalization;
using System.Text;
using Serverless.StorageEngine.Records;

namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>
/// The values of a history as bytes of records: decimal digits, then anything that is no digit, so that a value looks
/// the same as text, as JSON number and as JSON string, and may be padded to a length.
/// </summary>
public static class RecordValue
{
    /// <summary>The bytes of a value.</summary>
    /// <param name="value">At least 0.</param>
    /// <param name="bytesMin">Padded with points to this length.</param>
    public static byte[] Encode(long value, int bytesMin = 0) =>
        Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture).PadRight(bytesMin, '.'));

    /// <summary>The headers of a record without a value: they say which one it is.</summary>
    public static RecordHeader[] HeadersOf(long value) => [new("value", Encode(value))];

    /// <summary>The value of a record, which stands in its first header when it has none.</summary>
    public static long Of(ReadOnlyMemory<byte>? value, IReadOnlyList<RecordHeader> headers) =>
        Decode((value ?? (headers.Count > 0 ? headers[0].Value : null)).GetValueOrDefault().Span);

    /// <summary>The value that the bytes of a record begin with, behind a quotation mark if there is one; -1 when
    /// they do not.</summary>
    public static long Decode(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.StartsWith("\""u8) ? bytes[1..] : bytes;
        var end = bytes.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return long.TryParse(
            end < 0 ? bytes : bytes[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : -1;
    }
}
