using System.Text;
using Serverless.StorageEngine.Simulation.Checking;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>The rows of group "readers", which shares out topic "orders", in short words.</summary>
internal static class GroupRows
{
    public const string Name = "readers";

    /// <summary>The group's own row: its members with their epochs, and for each partition the owner's place among
    /// them or -1. A member whose name begins with a capital has chosen its partitions itself.</summary>
    public static KeyValuePair<string, byte[]?> Group(int epoch, string members, params int[] owners)
    {
        var all = string.Join(',', members.Split(' ').Select((member, number) =>
            $$"""
            {"id":"{{member}}","n":{{number}},"sub":{{(char.IsUpper(member[0]) ? 1 : 0)}},"session":6000,
             "epoch":{{epoch}},"previous":{{epoch - 1}}}
            """));
        var runs = string.Join(',', owners.Select(static owner => $"{owner},1"));
        return Row(
            "group|0",
            $$"""
            {"v":2,"epoch":{{epoch}},"assigned":{{epoch}},"subscriptions":[{"topics":["orders"]},{"chosen":true}],
             "members":[{{all}}],
             "topics":[{"name":"orders","id":"{{Story.Topic}}","createdAt":0,"target":[{{runs}}],"owners":[{{runs}}]}]}
            """);
    }

    /// <summary>The row of a member with what it has.</summary>
    public static KeyValuePair<string, byte[]?> Member(string name, params int[] partitions)
    {
        var positions = string.Join(',', partitions.Select(static partition => $"{partition},-1,0"));
        return Row(
            $"instance|{name}",
            $$"""
            {"v":2,"id":"{{name}}","assignment":[{"name":"orders","id":"{{Story.Topic}}","positions":[{{positions}}]}]}
            """);
    }

    /// <summary>The row of a member that is no more.</summary>
    public static KeyValuePair<string, byte[]?> Gone(string name) => new($"instance|{name}", null);

    /// <summary>The committed offset of the first partition.</summary>
    public static KeyValuePair<string, byte[]?> Offset(long offset, string mark = "") => Row(
        "offset|orders|00000000|0",
        $$"""{"v":1,"topic":"{{Story.Topic}}","offset":{{offset}},"metadata":"{{mark}}","committedAt":0}""");

    /// <summary>One transaction.</summary>
    public static Story Store(this Story story, params KeyValuePair<string, byte[]?>[] rows)
    {
        story.History.Stored($"group|{Name}", [.. rows]);
        return story;
    }

    /// <summary>What is wrong with transactions that nobody asked for.</summary>
    public static IReadOnlyList<AnomalyKind> Check(params KeyValuePair<string, byte[]?>[][] transactions) =>
        transactions.Aggregate(new Story(), static (story, rows) => story.Store(rows)).Check();

    private static KeyValuePair<string, byte[]?> Row(string key, string json) => new(key, Encoding.UTF8.GetBytes(json));
}
