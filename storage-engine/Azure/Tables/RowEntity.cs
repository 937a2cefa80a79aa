using Azure.Data.Tables;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Azure.Tables;

/// <summary>
/// A row's content as an entity: binary properties <c>d0</c>, <c>d1</c>, … of at most 64 KiB each, none for an empty
/// row.
/// </summary>
internal static class RowEntity
{
    /// <summary>The service's limit for one binary property, in bytes.</summary>
    public const int PropertyBytesMax = 64 * 1024;

    private static readonly string[] Names =
        [.. Enumerable.Range(0, TableLimits.RowBytesMax / PropertyBytesMax).Select(static i => $"d{i}")];

    /// <summary>An entity with no content: merged into a row it changes the version alone.</summary>
    public static TableEntity Empty(string partition, string rowKey) => new(partition, rowKey);

    /// <summary>
    /// The entity that stores <paramref name="value"/>, at most <see cref="TableLimits.RowBytesMax"/> bytes.
    /// </summary>
    public static TableEntity Of(string partition, string rowKey, ReadOnlyMemory<byte> value)
    {
        var entity = Empty(partition, rowKey);
        for (var i = 0; i * PropertyBytesMax < value.Length; i++)
        {
            var start = i * PropertyBytesMax;
            var length = Math.Min(PropertyBytesMax, value.Length - start);
            entity[Names[i]] = value.Slice(start, length).ToArray();
        }

        return entity;
    }

    /// <summary>The row that <paramref name="entity"/> stores.</summary>
    /// <exception cref="CorruptDataException">The entity is not one that <see cref="Of"/> made.</exception>
    public static TableRow ToRow(TableEntity entity)
    {
        var value = ValueOf(entity);
        return entity.Timestamp is { } writtenAt
            ? new TableRow(entity.RowKey, value, new RowVersion(entity.ETag.ToString()), writtenAt)
            : throw new CorruptDataException($"{Describe(entity)} has no timestamp.");
    }

    private static ReadOnlyMemory<byte> ValueOf(TableEntity entity)
    {
        if (!entity.TryGetValue(Names[0], out var first))
        {
            return ReadOnlyMemory<byte>.Empty;
        }

        var parts = new List<byte[]>(Names.Length);
        foreach (var name in Names)
        {
            if (!entity.TryGetValue(name, out var property))
            {
                break;
            }

            parts.Add(property as byte[]
                ?? throw new CorruptDataException($"{Describe(entity)}: {name} is {property?.GetType()}, not binary."));
        }

        return parts.Count == 1 ? (byte[])first : Joined(entity, parts);
    }

    private static byte[] Joined(TableEntity entity, List<byte[]> parts)
    {
        if (parts.SkipLast(1).Any(static part => part.Length != PropertyBytesMax))
        {
            throw new CorruptDataException(
                $"{Describe(entity)}: a property before the last is not {PropertyBytesMax} bytes long.");
        }

        var value = new byte[parts.Sum(static part => part.Length)];
        for (var i = 0; i < parts.Count; i++)
        {
            parts[i].CopyTo(value, i * PropertyBytesMax);
        }

        return value;
    }

    private static string Describe(TableEntity entity) => $"Row '{entity.RowKey}' of partition '{entity.PartitionKey}'";
}
