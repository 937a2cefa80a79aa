using System.Collections.Concurrent;

namespace Serverless.OpenApi;

/// <summary>Watches what clients and a server say to each other, and collects what the document does not say.</summary>
/// <param name="contract">Gives the document; asked when there is something to judge.</param>
/// <param name="validator">Gives what holds bodies against its schemas.</param>
public sealed class ContractWatch(Func<Task<Contract>> contract, Func<Task<SchemaValidator>> validator)
{
    private readonly ConcurrentQueue<Task<IReadOnlyList<string>>> _judgements = new();

    /// <summary>A handler that shows this watch everything that it sends and receives.</summary>
    public HttpMessageHandler Handler() => new WatchedHandler(this) { InnerHandler = new SocketsHttpHandler() };

    /// <summary>Judges an exchange; what comes of it is in <see cref="FaultsAsync"/>.</summary>
    /// <param name="exchange">The exchange.</param>
    public void See(Exchange exchange) => _judgements.Enqueue(JudgeAsync(exchange));

    /// <summary>What the document does not say, so far: one sentence each, with operation and place.</summary>
    public async Task<IReadOnlyList<string>> FaultsAsync() =>
        [.. (await Task.WhenAll(_judgements)).SelectMany(static faults => faults).Distinct()];

    private async Task<IReadOnlyList<string>> JudgeAsync(Exchange exchange)
    {
        var judgement = ExchangeRules.Judge(await contract(), exchange);
        var faults = judgement.Faults.ToList();
        foreach (var check in judgement.Checks.Where(static check => check.Items.Count > 0))
        {
            var broken = await (await validator()).CheckAsync(check);
            faults.AddRange(broken.Select(sentence => $"{check.What} breaks {sentence}"));
        }

        return [.. faults.Select(fault => $"{judgement.Operation}: {fault}")];
    }
}
