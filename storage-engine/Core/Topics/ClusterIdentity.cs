using System.Buffers.Text;
using System.Text;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.Topics;

/// <summary>The id of the cluster, which is whatever nodes share one store: drawn once by the first that asks, and
/// kept for ever.</summary>
/// <param name="tables">The store that makes the cluster.</param>
/// <param name="random">The only source of randomness.</param>
public sealed class ClusterIdentity(ITableStore tables, Random random)
{
    /// <summary>The table partition, and the key of its only row.</summary>
    public const string TablePartition = "cluster";

    /// <summary>The length of an id in characters: 128 bits in base64url without padding, as Kafka's
    /// <c>Uuid</c>.</summary>
    public const int IdLength = 22;

    /// <summary>How often a lost write is repeated, before the caller is told.</summary>
    public const int AttemptsMax = 8;

    private string? _id;

    /// <summary>The id; from the second call on without touching the store.</summary>
    /// <param name="cancellationToken">Abandons the wait.</param>
    /// <exception cref="StorageUnavailableException">The store could not be asked.</exception>
    /// <exception cref="CorruptDataException">The row holds something else.</exception>
    public ValueTask<string> GetAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _id) is { } known ? ValueTask.FromResult(known) : ReadOrCreateAsync(cancellationToken);

    private async ValueTask<string> ReadOrCreateAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            if (await tables.GetAsync(TablePartition, TablePartition, cancellationToken) is { } row)
            {
                var id = Encoding.UTF8.GetString(row.Value.Span);
                Volatile.Write(ref _id, id.Length == IdLength ? id : throw new CorruptDataException(
                    $"Row {TablePartition}: expected an id of {IdLength} characters, found {id.Length}."));
                return id;
            }

            try
            {
                // Whoever loses the race reads the winner's id in the next round, as does whoever lost its answer.
                await tables.ExecuteAsync(
                    TablePartition, [new RowChange.Insert(TablePartition, CreateId())], cancellationToken);
            }
            catch (StorageOutcomeUnknownException) when (attempt < AttemptsMax - 1)
            {
                // Reading decides, in the next round.
            }
        }

        throw new StorageUnavailableException($"The cluster's id could not be stored in {AttemptsMax} attempts.");
    }

    private byte[] CreateId()
    {
        var bits = new byte[16];
        random.NextBytes(bits);

        // A leading dash would look like an option on a command line; Kafka avoids it too.
        bits[0] &= 0x7f;
        return Encoding.ASCII.GetBytes(Base64Url.EncodeToString(bits));
    }
}
