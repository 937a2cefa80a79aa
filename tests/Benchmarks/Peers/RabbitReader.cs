using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Serverless.Benchmarks.Peers;

/// <summary>A consumer of a RabbitMQ stream by AMQP, which wants a prefetch and acknowledgements.</summary>
internal static class RabbitReader
{
    private const ushort Prefetch = Senders.BatchRecords;
    private const int Acknowledged = Prefetch / 2;

    /// <summary>Reads from the first record on until the tally has all.</summary>
    /// <param name="channel">A new one, which is used up.</param>
    /// <param name="tally">Gets the records.</param>
    public static async Task ReadAsync(IChannel channel, Tally tally)
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            try
            {
                tally.Add(delivery.Body.Span);
                if (tally.Records % Acknowledged == 0)
                {
                    await channel.BasicAckAsync(delivery.DeliveryTag, multiple: true);
                }
            }
            catch (Exception exception)
            {
                all.TrySetException(exception);
            }

            if (tally.IsDone)
            {
                all.TrySetResult();
            }
        };
        await channel.BasicQosAsync(prefetchSize: 0, Prefetch, global: false);
        await channel.BasicConsumeAsync(
            Stored.Name,
            autoAck: false,
            consumerTag: "",
            noLocal: false,
            exclusive: false,
            new Dictionary<string, object?> { ["x-stream-offset"] = "first" },
            consumer);
        await all.Task;
    }
}
