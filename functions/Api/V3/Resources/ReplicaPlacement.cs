using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.V3.Contracts;

namespace Serverless.Functions.Api.V3.Resources;

/// <summary>
/// Where the creator of a topic wants its replicas. Pure: there is one broker, so there is one right answer.
/// </summary>
internal static class ReplicaPlacement
{
    /// <summary>Reads the number of partitions from their assignments.</summary>
    /// <param name="assignments">What the client sent, if anything.</param>
    /// <param name="partitions">How many partitions they name; null when there are none.</param>
    /// <returns>Kafka's sentence about what does not fit, or null.</returns>
    public static ConfluentError? Read(IReadOnlyList<ReplicasAssignment>? assignments, out int? partitions)
    {
        partitions = null;
        if (assignments is null or [])
        {
            return null;
        }

        var ids = new HashSet<int>();
        foreach (var assignment in assignments)
        {
            if (assignment is not { PartitionId: { } partition, BrokerIds: { Count: > 0 } brokers })
            {
                return ConfluentError.BadRequest("A replicas_assignment needs partition_id and broker_ids.");
            }

            if (!ids.Add(partition))
            {
                return Invalid($"Found multiple manual partition assignments for partition {partition}.");
            }

            if (brokers.Any(static broker => broker != BrokerEndpoints.BrokerId) || brokers.Count > 1)
            {
                return Invalid("The manual partition assignment names a broker that does not exist; broker 0 does.");
            }
        }

        if (!ids.SetEquals(Enumerable.Range(0, ids.Count)))
        {
            return Invalid("Partitions should be a consecutive 0-based integer sequence.");
        }

        partitions = ids.Count;
        return null;
    }

    private static ConfluentError Invalid(string detail) => new(ConfluentErrorCode.InvalidRequest, detail);
}
