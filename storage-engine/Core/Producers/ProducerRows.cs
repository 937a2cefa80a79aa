using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Producers;

/// <summary>The rows that producer ids come from; their keys and their JSON are persisted.</summary>
internal static class ProducerRows
{
    /// <summary>The table partition of the row of ids, and the key of this only row.</summary>
    public const string Ids = "producer-ids";

    private const int Form = 1;

    /// <summary>The table partition of a named producer, and the key of its only row: names do not wait for each
    /// other.</summary>
    public static string Named(ProducerName name) => $"producer|{NameKey.Of(name.Value)}";

    /// <summary>The first id that no node has taken.</summary>
    public static byte[] EncodeNext(long next) =>
        JsonSerializer.SerializeToUtf8Bytes(new ProducerIdsRow(Form, next), ProducerJson.Default.ProducerIdsRow);

    /// <summary>Reads what <see cref="EncodeNext"/> wrote.</summary>
    public static long DecodeNext(TableRow row) =>
        RowJson.Read(row, ProducerJson.Default.ProducerIdsRow, static stored => stored.V).Next;

    /// <summary>The identity that was handed out last under a name.</summary>
    public static byte[] Encode(ProducerIdentity identity) => JsonSerializer.SerializeToUtf8Bytes(
        new ProducerRow(Form, identity.Id, identity.Epoch), ProducerJson.Default.ProducerRow);

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    public static ProducerIdentity Decode(TableRow row)
    {
        var stored = RowJson.Read(row, ProducerJson.Default.ProducerRow, static stored => stored.V);
        return new ProducerIdentity(stored.Id, stored.Epoch);
    }
}

/// <summary>The JSON of these rows; members are only ever added.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ProducerIdsRow))]
[JsonSerializable(typeof(ProducerRow))]
internal sealed partial class ProducerJson : JsonSerializerContext;

/// <summary>The row of ids.</summary>
/// <param name="V">The form of the row: 1.</param>
/// <param name="Next">The first id that no node has taken.</param>
internal sealed record ProducerIdsRow(int V, long Next);

/// <summary>The row of a named producer.</summary>
/// <param name="V">The form of the row: 1.</param>
/// <param name="Id">The producer id.</param>
/// <param name="Epoch">The epoch that was handed out last.</param>
internal sealed record ProducerRow(int V, long Id, short Epoch);
