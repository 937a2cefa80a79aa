using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Groups;

/// <summary>What was asked of groups, by who asked and by what marks a commit.</summary>
internal sealed class GroupOperations
{
    private static readonly List<Operation> Nothing = [];

    private readonly Dictionary<(string Group, string Member), List<Operation>> _members = [];
    private readonly Dictionary<string, Operation> _commits = new(StringComparer.Ordinal);

    /// <summary>Sorts the operations of a history.</summary>
    public GroupOperations(IEnumerable<Operation> operations)
    {
        foreach (var operation in operations)
        {
            if (MemberOf(operation.Request) is { } member)
            {
                if (!_members.TryGetValue(member, out var own))
                {
                    _members.Add(member, own = []);
                }

                own.Add(operation);
            }

            var mark = operation.Request switch
            {
                Request.Commit commit => commit.Mark,
                Request.AlterOffsets alter => alter.Mark,
                _ => "",
            };
            if (mark.Length > 0)
            {
                _commits.Add(mark, operation);
            }
        }
    }

    /// <summary>What a member asked, in order.</summary>
    public IReadOnlyList<Operation> Of(string group, string member) =>
        _members.GetValueOrDefault((group, member), Nothing);

    /// <summary>The request that marked its offsets so, or null.</summary>
    public Operation? CommitOf(string mark) => _commits.GetValueOrDefault(mark);

    private static (string Group, string Member)? MemberOf(Request request) => request switch
    {
        Request.Subscribe subscribe => (subscribe.Group, subscribe.Member),
        Request.GroupPoll poll => (poll.Group, poll.Member),
        Request.Commit commit => (commit.Group, commit.Member),
        Request.Leave leave => (leave.Group, leave.Member),
        Request.Heartbeat heartbeat => (heartbeat.Group, heartbeat.Member),
        _ => null,
    };
}
