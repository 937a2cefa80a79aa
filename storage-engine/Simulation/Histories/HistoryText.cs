using System.Collections.Immutable;
using System.Globalization;

namespace Serverless.StorageEngine.Simulation.Histories;

/// <summary>A history as text, one line for each operation, for the one who looks at a failing seed.</summary>
public static class HistoryText
{
    /// <summary>Writes all operations in the order in which they were asked.</summary>
    public static void Write(History history, TextWriter target)
    {
        foreach (var operation in history.Operations)
        {
            target.WriteLine(Line(operation));
        }
    }

    /// <summary>One operation: orders, process, node, what was asked and what was answered.</summary>
    public static string Line(Operation operation)
    {
        var completed = operation.Completed == Operation.Never
            ? "-"
            : operation.Completed.ToString(CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{operation.Id} [{operation.Invoked}..{completed}] at {operation.InvokedAt} process {operation.Process} "
            + $"node {operation.Node}: {Text(operation.Request)} -> {Text(operation.Answer)}");
    }

    private static string Text(Request request) => request switch
    {
        Request.Send send =>
            $"send {send.Partition} {Join(send.Values)} as {send.Identity} if {send.NextOffset} {send.FencingToken}",
        Request.Poll poll => $"poll {Join(poll.From)}",
        Request.Assign assign => $"assign {Join(assign.From)}",
        Request.Subscribe subscribe => $"subscribe {subscribe.Group}/{subscribe.Member} {Join(subscribe.Topics)}",
        Request.Commit commit =>
            $"commit {commit.Group}/{commit.Member} epoch {commit.Epoch} {Join(commit.Offsets)} marked {commit.Mark}",
        Request.Heartbeat heartbeat => $"heartbeat {heartbeat.Group}/{heartbeat.Member} epoch {heartbeat.Epoch} "
            + (heartbeat.Owned is { } owned ? $"has {Join(owned)}" : "has the same"),
        Request.AlterOffsets alter =>
            $"alter {alter.Group} {Join(alter.Offsets)} without {Join(alter.Removed)} marked {alter.Mark}",
        Request.Settled settled =>
            $"settled {settled.Group} {string.Join(' ', settled.Members.Select(static one => one.Name))}",
        Request.ReadCommitted read => $"committed of {read.Group} {Join(read.Partitions)}",
        _ => request.ToString(),
    };

    private static string Text(Answer answer) => answer switch
    {
        Answer.Sent sent => $"sent at {Join(sent.Offsets)}{(sent.Duplicate ? " duplicate" : "")}",
        Answer.Polled polled => $"polled {string.Join("; ", polled.Slices.Select(Text))}",
        Answer.Assigned assigned => $"assigned {Join(assigned.Partitions)} epoch {assigned.Epoch}",
        Answer.CommittedOffsets committed => $"committed {Join(committed.Committed)}",
        _ => answer.ToString(),
    };

    private static string Text(Slice slice) =>
        $"{slice.Partition} {string.Join(' ', slice.Records.Select(static one => $"{one.Offset}={one.Value}"))} "
        + $"start {slice.LogStartOffset} high watermark {slice.HighWatermark}";

    private static string Join<T>(ImmutableArray<T> items) => $"[{string.Join(' ', items)}]";
}
