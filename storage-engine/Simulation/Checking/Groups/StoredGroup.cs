using System.Collections.Immutable;
using System.Text.Json;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Checking.Groups;

/// <summary>What a group's own row says: its members, and who has which partition.</summary>
/// <param name="Members">The members.</param>
/// <param name="Topics">The topics that it shares out.</param>
internal sealed record StoredGroup(ImmutableArray<StoredMember> Members, ImmutableArray<StoredShare> Topics)
{
    /// <summary>A group without a row.</summary>
    public static StoredGroup None { get; } = new([], []);

    /// <summary>Reads the row.</summary>
    public static StoredGroup Read(byte[] row)
    {
        using var document = JsonDocument.Parse(row);
        var root = document.RootElement;
        var shares = root.GetProperty("subscriptions").EnumerateArray()
            .Select(static one => Has(one, "topics") || Has(one, "pattern")).ToList();
        return new StoredGroup(
            [.. root.GetProperty("members").EnumerateArray().Select(one => MemberOf(one, shares))],
            [.. root.GetProperty("topics").EnumerateArray().Select(ShareOf)]);
    }

    /// <summary>The member of a name, or null.</summary>
    public StoredMember? Find(string member) => Members.FirstOrDefault(one => one.Id == member);

    /// <summary>The member that has a partition, or null.</summary>
    public StoredMember? OwnerOf(PartitionId partition)
    {
        var share = Topics.FirstOrDefault(one => one.Topic == partition.Topic);
        return share is not null && partition.Index < share.Owners.Length
            ? Members.FirstOrDefault(one => one.Number == share.Owners[partition.Index])
            : null;
    }

    private static StoredMember MemberOf(JsonElement member, List<bool> shares) => new(
        member.GetProperty("id").GetString()!,
        member.GetProperty("n").GetInt32(),
        member.GetProperty("epoch").GetInt32(),
        shares[member.GetProperty("sub").GetInt32()]);

    private static StoredShare ShareOf(JsonElement topic)
    {
        var target = Cells(topic.GetProperty("target"));
        return new StoredShare(
            TopicId.Parse(topic.GetProperty("id").GetString()!),
            topic.GetProperty("name").GetString()!,
            target,
            Has(topic, "owners") ? Cells(topic.GetProperty("owners")) : target);
    }

    // Pairs: the number of a member or -1, and for how many partitions in a row.
    private static ImmutableArray<int> Cells(JsonElement runs)
    {
        var numbers = runs.EnumerateArray().Select(static one => one.GetInt32()).ToList();
        var cells = ImmutableArray.CreateBuilder<int>();
        for (var at = 0; at + 1 < numbers.Count; at += 2)
        {
            cells.AddRange(Enumerable.Repeat(numbers[at], numbers[at + 1]));
        }

        return cells.ToImmutable();
    }

    private static bool Has(JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) && value.ValueKind != JsonValueKind.Null;
}
