using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.SharedLogs.Blocks;
using Serverless.StorageEngine.Storage;

namespace Serverless.StorageEngine.SharedLogs;

/// <summary>Goes from one carrier of a shared log to the next.</summary>
/// <remarks>Order of effects: successor, seal, rows; as in a partition's own log.</remarks>
internal sealed class CarrierRoller(
    SharedLogId log, SharedView view, SharedDirectory directory, SharedSender sender, SharedContext context)
{
    /// <summary>Seals the carrier that grows and begins the next one.</summary>
    /// <param name="state">The shared log as judged: when it has moved meanwhile, nothing is sealed.</param>
    public async ValueTask<SendOutcome> RollAsync(SharedState state)
    {
        if (directory.HasTooManyUnregistered)
        {
            await directory.WriteAsync(CancellationToken.None);
        }

        var successor = SharedKeys.CarrierName(log, state.CarrierNumber + 1, context.Nonce64())
            .In(context.DrawAccount());
        try
        {
            await context.Blobs.CreateAsync(successor, CancellationToken.None);
        }
        catch (StorageOutcomeUnknownException)
        {
            return SendOutcome.Unavailable;
        }

        var (_, index) = view.Active;
        if (!ReferenceEquals(view.State, state))
        {
            return SendOutcome.Lost;
        }

        var seal = new CarrierSeal(
            successor, state.CarrierNumber, state.NextId, [.. state.Segments.Values], index);
        var (block, bytes) = CarrierEncoder.EncodeSeal(state, context.Nonce(), context.NowMs, seal);
        var outcome = await sender.SendAsync(state.Carrier, block, bytes);
        if (outcome == SendOutcome.Stored)
        {
            await directory.TryWriteAsync(CancellationToken.None);
        }

        return outcome;
    }
}
