using Serverless.StorageEngine.Simulation.Checking.Logs;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>Whether producer ids are given out once, and sends in sequence are never refused.</summary>
internal static class ProducerCheck
{
    /// <summary>Checks what was given out.</summary>
    public static void CheckGrants(ClientHistory history, Findings findings)
    {
        var owners = new Dictionary<(long Id, short Epoch), Operation>();
        var epochs = new Dictionary<(string Name, long Id), KnownEnds>();
        foreach (var operation in history.Operations)
        {
            if (operation.Answer is not Answer.ProducerGranted granted)
            {
                continue;
            }

            if (!owners.TryAdd((granted.ProducerId, granted.Epoch), operation))
            {
                findings.Add(
                    AnomalyKind.ProducerGrantedTwice,
                    $"producer {granted.ProducerId}",
                    $"epoch {granted.Epoch} was given out twice",
                    owners[(granted.ProducerId, granted.Epoch)].Id,
                    operation.Id);
            }

            if (operation.Request is Request.InitProducer { Name: { } name })
            {
                CheckName(epochs, name, operation, granted, findings);
            }
        }
    }

    // A later grant of a name fences the earlier ones: the same id with a higher epoch, or another id when the epochs
    // are used up.
    private static void CheckName(
        Dictionary<(string Name, long Id), KnownEnds> epochs,
        string name,
        Operation operation,
        Answer.ProducerGranted granted,
        Findings findings)
    {
        if (!epochs.TryGetValue((name, granted.ProducerId), out var known))
        {
            epochs.Add((name, granted.ProducerId), known = new KnownEnds());
        }

        if (granted.Epoch + 1 <= known.Before(operation.Invoked))
        {
            findings.Add(
                AnomalyKind.ProducerGrantedTwice, name, $"{granted} after a higher one was given out", operation.Id);
        }

        known.Add(operation.Completed, granted.Epoch + 1);
    }

    /// <summary>
    /// Checks the refusals of one partition: a batch that follows an acknowledged one, behind which nothing was sent,
    /// is the next one, or is stored as the last one; a batch of the highest epoch is not stale. Only where the log had
    /// forgotten a producer, and took another of its batches as a beginning, it may expect what follows that one.
    /// </summary>
    /// <param name="partition">What clients did.</param>
    /// <param name="repeats">What the log had forgotten, when it is known.</param>
    /// <param name="findings">Where to.</param>
    public static void CheckRefusals(PartitionHistory partition, ForgottenRepeats? repeats, Findings findings)
    {
        var sends = partition.Sends
            .Where(static one => ((Request.Send)one.Request).Identity is SendIdentity.Sequenced)
            .GroupBy(static one => IdentityOf(one).ProducerId);
        foreach (var producer in sends)
        {
            var all = producer.ToList();
            foreach (var refused in all.Where(static one => one.IsFailed))
            {
                if (IsWrong(all, refused) && !IsForgotten(repeats, refused))
                {
                    var detail = $"{refused.Answer} to {IdentityOf(refused)}";
                    findings.Add(AnomalyKind.WrongRefusal, partition.Id, detail, refused.Id);
                }
            }
        }
    }

    private static bool IsForgotten(ForgottenRepeats? repeats, Operation refused) =>
        (Answer.Failed)refused.Answer is { Reason: Refusal.OutOfOrderSequence } answer
        && IdentityOf(refused) is var identity
        && repeats?.CanExpect(identity.ProducerId, identity.Epoch, (int)answer.Actual) is true;

    private static bool IsWrong(List<Operation> all, Operation refused)
    {
        var (identity, answer) = (IdentityOf(refused), (Answer.Failed)refused.Answer);
        var beside = all.Where(one => one.Invoked < refused.Completed && one != refused).ToList();
        if (beside.Exists(one => IdentityOf(one).Epoch > identity.Epoch))
        {
            return false;
        }

        if (answer.Reason == Refusal.InvalidProducerEpoch)
        {
            return true;
        }

        return answer.Reason == Refusal.OutOfOrderSequence
            && !beside.Exists(one => IdentityOf(one).Epoch == identity.Epoch
                && Behind(IdentityOf(one).BaseSequence, identity.BaseSequence))
            && (IsFirst(beside, identity) || beside.Exists(one =>
                one.IsOk && one.Completed < refused.Invoked && IdentityOf(one).Epoch == identity.Epoch
                && Next(one) == identity.BaseSequence));
    }

    // Sequence 0 begins an epoch, unless batches in front of it were sent, which it follows because sequences wrap.
    private static bool IsFirst(List<Operation> beside, SendIdentity.Sequenced identity) =>
        identity.BaseSequence == 0 && !beside.Exists(one =>
            IdentityOf(one).Epoch == identity.Epoch && IdentityOf(one).BaseSequence != 0);

    private static SendIdentity.Sequenced IdentityOf(Operation send) =>
        (SendIdentity.Sequenced)((Request.Send)send.Request).Identity;

    private static int Next(Operation send) =>
        unchecked(IdentityOf(send).BaseSequence + ((Request.Send)send.Request).Values.Length) & int.MaxValue;

    // Sequences wrap at 2^31, so "behind" means less than half the circle ahead.
    private static bool Behind(int sequence, int other) =>
        (unchecked(sequence - other) & int.MaxValue) is > 0 and < 1 << 30;
}
