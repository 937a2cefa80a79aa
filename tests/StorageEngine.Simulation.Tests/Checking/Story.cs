using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Simulation.Checking;
using Serverless.StorageEngine.Simulation.Checking.Stored;
using Serverless.StorageEngine.Simulation.Histories;
using Serverless.StorageEngine.Topics;

namespace Serverless.StorageEngine.Simulation.Tests.Checking;

/// <summary>A history told in a few lines; each line is asked and answered before the next one, unless it says
/// otherwise.</summary>
internal sealed class Story
{
    public static readonly TopicId Topic = new((UInt128)7 << 24);

    public static readonly PartitionId Partition = new(Topic, 0);

    public History History { get; } = new();

    public int Ask(Request request, int process = 0, int node = 0) => History.Invoke(process, request, at: 0, node);

    public Story Answer(int operation, Answer answer)
    {
        History.Complete(operation, answer, at: 0);
        return this;
    }

    public Story Say(Request request, Answer answer, int process = 0, int node = 0) =>
        Answer(Ask(request, process, node), answer);

    /// <summary>An acknowledged send.</summary>
    public Story Sent(long baseOffset, params long[] values) =>
        Say(SendOf(values), Histories.Answer.Sent.At(baseOffset, values.Length, duplicate: false));

    public Story Failed(params long[] values) =>
        Say(SendOf(values), new Answer.Failed(Refusal.Unavailable, -1, ""));

    public Story Unknown(params long[] values) => Say(SendOf(values), new Answer.Unknown(""));

    /// <summary>A poll of records that follow each other, from where it asked.</summary>
    public Story Polled(long from, params long[] values) =>
        PolledAt(from, [.. values.Select((value, place) => (from + place, value))]);

    /// <summary>A poll of any records.</summary>
    public Story PolledAt(long from, params (long Offset, long Value)[] records) => Say(
        new Request.Poll([new Position(Partition, from)]), PolledOf(records), process: 1);

    public IReadOnlyList<AnomalyKind> Check(StoredLog? stored = null, bool complete = false) =>
        [.. HistoryChecker.Check(History, stored, complete).Anomalies.Select(static one => one.Kind).Distinct()];

    public static Request.Send SendOf(params long[] values) => new(Partition, [.. values], SendIdentity.None);

    public static Answer PolledOf(params (long Offset, long Value)[] records) => PolledOf(-1, records);

    public static Answer PolledOf(long highWatermark, params (long Offset, long Value)[] records) =>
        new Answer.Polled(
        [
            new Slice(
                Partition,
                [.. records.Select(static one => new SeenRecord(one.Offset, one.Value))],
                highWatermark,
                highWatermark < 0 ? -1 : 0),
        ]);
}
