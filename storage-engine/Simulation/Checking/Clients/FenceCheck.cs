using Serverless.StorageEngine.Simulation.Checking.Logs;
using Serverless.StorageEngine.Simulation.Histories;

namespace Serverless.StorageEngine.Simulation.Checking.Clients;

/// <summary>
/// Whether fencing tokens are respected: a send that states one is stored only where it was in force, and is refused
/// only when another one may have been. Who states none passes.
/// </summary>
internal static class FenceCheck
{
    /// <summary>Checks one partition.</summary>
    public static void Check(PartitionHistory partition, LogScan? scan, Findings findings)
    {
        foreach (var operation in partition.Sends.Concat(partition.Others))
        {
            if (operation.Answer is Answer.Failed { Reason: Refusal.FencingTokenMismatch }
                && TokenOf(operation.Request) is { } token
                && WasInForce(partition, operation, token))
            {
                var detail = $"a request with the token '{token}' was refused, and no other one was set";
                findings.Add(AnomalyKind.BrokenFence, partition.Id, detail, operation.Id);
            }
        }

        if (scan is { Deleted: false } && partition.Lives)
        {
            CheckSends(partition, scan, findings);
            CheckFences(partition, scan, findings);
        }
    }

    private static void CheckSends(PartitionHistory partition, LogScan scan, Findings findings)
    {
        for (var offset = scan.Start; offset < scan.NextOffset; offset++)
        {
            if (partition.Values.GetValueOrDefault(scan.At(offset)!.Value.Value) is not { } sent
                || TokenOf(sent.Attempts[0].Request) is null)
            {
                continue;
            }

            var inForce = scan.TokenAt(offset);
            if (sent.Attempts.TrueForAll(one => TokenOf(one.Request) is { } token && token != inForce))
            {
                findings.Add(
                    AnomalyKind.BrokenFence,
                    partition.Id,
                    $"{sent.Value} is stored at {offset}, where the token is '{inForce}'",
                    sent.Attempts[0].Id);
            }
        }
    }

    private static void CheckFences(PartitionHistory partition, LogScan scan, Findings findings)
    {
        foreach (var operation in partition.Others)
        {
            if (operation is not { Request: Request.Fence fence, Answer: Answer.Fenced fenced })
            {
                continue;
            }

            var isAlone = partition.Others.Count(
                one => !one.IsFailed && one.Request is Request.Fence other && other.Token == fence.Token) == 1;
            if ((fence.NextOffset is { } next && next != fenced.NextOffset)
                || !IsSet(scan, isAlone ? fence : fence with { FencingToken = null }, fenced.NextOffset))
            {
                findings.Add(
                    AnomalyKind.BrokenFence, partition.Id, $"{fence} was answered with {fenced}", operation.Id);
            }
        }
    }

    // A token that another request set needs no block, whatever it was before. Else its own block lies there or before,
    // when its outcome was long in doubt.
    private static bool IsSet(LogScan scan, Request.Fence fence, long offset)
    {
        var (before, end) = ("", scan.NextOffset);
        for (var place = scan.Fences.Count - 1; place >= 0; place--)
        {
            var (from, token) = scan.Fences[place];
            before = place > 0 ? scan.Fences[place - 1].Token : "";
            if (token == fence.Token && from <= offset && offset <= end
                && (fence.FencingToken is null || fence.FencingToken == before || fence.FencingToken == token))
            {
                return true;
            }

            end = from;
        }

        return fence.Token.Length == 0 && offset <= end;
    }

    // Some fence set it before, and none that can have taken effect since sets another one.
    private static bool WasInForce(PartitionHistory partition, Operation refused, string token)
    {
        var fences = partition.Others
            .Where(one => one.Request is Request.Fence && !one.IsFailed && one.Invoked < refused.Completed)
            .ToList();
        return fences.TrueForAll(one => ((Request.Fence)one.Request).Token == token)
            && (token.Length == 0 || fences.Exists(one => one.IsOk && one.Completed < refused.Invoked));
    }

    private static string? TokenOf(Request request) => request switch
    {
        Request.Send send => send.FencingToken,
        Request.Fence fence => fence.FencingToken,
        _ => null,
    };
}
