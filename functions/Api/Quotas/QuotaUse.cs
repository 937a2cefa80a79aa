using Microsoft.AspNetCore.Http;
using Serverless.StorageEngine.Quotas;

namespace Serverless.Functions.Api.Quotas;

/// <summary>The byte quotas that count one request.</summary>
/// <param name="quotas">Where they are counted.</param>
/// <param name="kind">What is counted.</param>
/// <param name="user">Whose request it is.</param>
internal sealed class QuotaUse(RequestQuotas quotas, QuotaKind kind, QuotaEntity user)
{
    private QuotaEntity? _topic;

    /// <summary>What is counted: the body, or the answer.</summary>
    public QuotaKind Kind => kind;

    /// <summary>
    /// Whether the body waits for debts, as a stream does: its end may be hours away, and to cut it would help nobody.
    /// The client's connection fills up meanwhile, as when storage is slower than the client.
    /// </summary>
    public bool IsPaced { get; private set; }

    /// <summary>How long it takes until the debts of all quotas that count the request are paid.</summary>
    public TimeSpan Wait
    {
        get
        {
            var wait = quotas.WaitOf(user, kind);
            var other = _topic is { } topic ? quotas.WaitOf(topic, kind) : TimeSpan.Zero;
            return other > wait ? other : wait;
        }
    }

    /// <summary>What counts a request, or null when nothing does.</summary>
    public static QuotaUse? Find(HttpContext context) => context.Features.Get<QuotaUse>();

    /// <summary>The topic's quotas count the request as well.</summary>
    public void Add(QuotaEntity topic) => _topic = topic;

    /// <summary>See <see cref="IsPaced"/>.</summary>
    public void Pace() => IsPaced = true;

    /// <summary>Counts bytes that have passed.</summary>
    /// <param name="bytes">Not negative.</param>
    public void Charge(long bytes)
    {
        if (bytes == 0)
        {
            return;
        }

        quotas.Charge(user, kind, bytes);
        if (_topic is { } topic)
        {
            quotas.Charge(topic, kind, bytes);
        }
    }

    /// <summary>Waits until no quota is in debt; a change of the quotas is seen within a second.</summary>
    /// <param name="cancellationToken">Abandons the wait.</param>
    public async ValueTask PayAsync(CancellationToken cancellationToken)
    {
        while (Wait is var wait && wait > TimeSpan.Zero)
        {
            await Task.Delay(wait < LongestWait ? wait : LongestWait, quotas.Time, cancellationToken);
        }
    }

    /// <summary>The longest wait before the quotas are looked at again.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
}
