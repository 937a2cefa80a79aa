using System.Collections.Concurrent;
using System.Text;

namespace Serverless.OpenApi;

/// <summary>
/// Watches what clients and a server say to each other, and collects what the document does not say, and what nobody
/// should: secrets.
/// </summary>
/// <param name="contract">Gives the document; asked when there is something to judge.</param>
/// <param name="validator">Gives what holds bodies against its schemas.</param>
public sealed class ContractWatch(Func<Task<Contract>> contract, Func<Task<SchemaValidator>> validator)
{
    private readonly ConcurrentQueue<Task<IReadOnlyList<string>>> _judgements = new();
    private readonly ConcurrentDictionary<string, bool> _credentials = new();

    /// <summary>All that clients have shown to be let in.</summary>
    public IEnumerable<string> Credentials => _credentials.Keys;

    /// <summary>A handler that shows this watch everything that it sends and receives.</summary>
    public HttpMessageHandler Handler() => new WatchedHandler(this) { InnerHandler = new SocketsHttpHandler() };

    /// <summary>Judges an exchange; what comes of it is in <see cref="FaultsAsync"/>.</summary>
    /// <param name="exchange">The exchange.</param>
    public void See(Exchange exchange)
    {
        foreach (var secret in exchange.Credentials)
        {
            _credentials[secret] = true;
        }

        _judgements.Enqueue(JudgeAsync(exchange));
    }

    /// <summary>What should not have been said, so far: one sentence each, with operation and place.</summary>
    public async Task<IReadOnlyList<string>> FaultsAsync() =>
        [.. (await Task.WhenAll(_judgements)).SelectMany(static faults => faults).Distinct()];

    private async Task<IReadOnlyList<string>> JudgeAsync(Exchange exchange)
    {
        var judgement = ExchangeRules.Judge(await contract(), exchange);
        var faults = judgement.Faults.ToList();
        if (exchange.Credentials.Any(secret => exchange.Body.Span.IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0
            || exchange.Headers.Values.Any(value => value.Contains(secret, StringComparison.Ordinal))))
        {
            faults.Add("the answer repeats what its client has shown to be let in.");
        }

        foreach (var check in judgement.Checks.Where(static check => check.Items.Count > 0))
        {
            var broken = await (await validator()).CheckAsync(check);
            faults.AddRange(broken.Select(sentence => $"{check.What} breaks {sentence}"));
        }

        return [.. faults.Select(fault => $"{judgement.Operation}: {fault}")];
    }
}
