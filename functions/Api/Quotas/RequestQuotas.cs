using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Quotas;
using Serverless.StorageEngine.Security;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Api.Quotas;

/// <summary>Holds requests to the quotas of their principal and of the topic that they name.</summary>
/// <remarks>
/// <para>
/// A node counts for itself, as Kafka's brokers do: nodes share nothing but storage, and asking it on each request
/// would cost more than most requests do. Quotas are as old as rights may be; while storage is away those last read hold.
/// </para>
/// <para>
/// A request is counted, or refused, before its body is read. Its bytes are counted as they pass, since nobody knows
/// them before; so one request may go over, and the next ones are refused until the debt is paid.
/// </para>
/// <para>Where no quota is set a request costs one look at the clock.</para>
/// </remarks>
/// <param name="security">The stored quotas.</param>
/// <param name="settings">The quotas that are not stored.</param>
/// <param name="meters">Where refusals are counted.</param>
/// <param name="time">The only clock.</param>
internal sealed class RequestQuotas(
    SecurityCatalog security, QuotaSettings settings, EngineMeters meters, TimeProvider time)
{
    // What is shorter is over before a quota that is set meanwhile could make a difference.
    private const long ShortBodyBytesMax = 1 << 20;

    private readonly QuotaBuckets<(QuotaEntity Entity, QuotaKind Kind)> _buckets = new(settings.BucketsMax, time);
    private volatile Resolved _resolved = new(null, new QuotaTable([], settings));

    /// <summary>The only clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Counts a request as one of its principal.</summary>
    /// <param name="http">The request; its body is untouched.</param>
    /// <param name="principal">Who makes it.</param>
    /// <returns>Why it is refused, or null.</returns>
    public Problem? Admit(HttpContext http, Principal principal)
    {
        var table = Table();
        var kind = http.GetEndpoint()?.Metadata.GetMetadata<Carries>()?.Kind;

        // A body that is long, or of unknown length, may come for hours, and quotas that are set meanwhile hold for it.
        var lasts = kind == QuotaKind.ProducerByteRate && http.Request.ContentLength is not <= ShortBodyBytesMax;
        if (table.IsEmpty && !lasts)
        {
            return null;
        }

        var user = new QuotaEntity(QuotaEntityType.User, principal.ToString());
        if (kind is { } carried)
        {
            http.Features.Set(new QuotaUse(this, carried, user));
        }

        return Admit(http, user, kind);
    }

    /// <summary>Counts a request as one about a topic, and from then on its bytes.</summary>
    /// <param name="http">The request, which its principal's quotas and rights have let in.</param>
    /// <param name="topic">The topic's name, or any text; null where the path names none.</param>
    /// <returns>Why it is refused, or null.</returns>
    public Problem? AdmitTo(HttpContext http, string? topic)
    {
        var use = QuotaUse.Find(http);
        if (use is null && Table().IsEmpty)
        {
            return null;
        }

        if (TopicName.TryParse(topic, out var name, out _))
        {
            var entity = new QuotaEntity(QuotaEntityType.Topic, name.Value);
            use?.Add(entity);
            if (Admit(http, entity, use?.Kind) is { } refusal)
            {
                return refusal;
            }
        }

        if (use is not null)
        {
            Measure(http, use);
        }

        return null;
    }

    /// <summary>
    /// Counts the answer of a request that follows a topic, also where no quota was set when it began: those that are
    /// set meanwhile hold for it.
    /// </summary>
    /// <param name="http">A request that was let in, before anything writes on its answer.</param>
    /// <param name="principal">Who makes it.</param>
    /// <param name="topic">What it follows.</param>
    public QuotaUse Follow(HttpContext http, Principal principal, TopicName topic)
    {
        if (QuotaUse.Find(http) is { } counted)
        {
            return counted;
        }

        var user = new QuotaEntity(QuotaEntityType.User, principal.ToString());
        var use = new QuotaUse(this, QuotaKind.ConsumerByteRate, user);
        use.Add(new(QuotaEntityType.Topic, topic.Value));
        http.Features.Set(use);
        Measure(http, use);
        return use;
    }

    /// <summary>Counts bytes that have passed.</summary>
    /// <param name="entity">Whose they are.</param>
    /// <param name="kind">A byte quota.</param>
    /// <param name="bytes">Not negative.</param>
    public void Charge(QuotaEntity entity, QuotaKind kind, long bytes)
    {
        if (RateOf(entity, kind) is { } rate)
        {
            _buckets.Get((entity, kind)).Charge(rate, bytes);
        }
    }

    /// <summary>How long it takes until a debt is paid.</summary>
    /// <param name="entity">Whose it is.</param>
    /// <param name="kind">A byte quota.</param>
    public TimeSpan WaitOf(QuotaEntity entity, QuotaKind kind) =>
        RateOf(entity, kind) is { } rate && _buckets.Find((entity, kind)) is { } bucket
            ? bucket.Debt(rate)
            : TimeSpan.Zero;

    /// <summary>Why a request is refused that would use a quota which is in debt, or null.</summary>
    /// <param name="entity">Whose it is.</param>
    /// <param name="kind">A byte quota.</param>
    public Problem? RefusalOf(QuotaEntity entity, QuotaKind kind) =>
        WaitOf(entity, kind) is var wait && wait > TimeSpan.Zero
            ? Refuse(entity, kind, RateOf(entity, kind) ?? default, wait)
            : null;

    private Problem? Admit(HttpContext http, QuotaEntity entity, QuotaKind? kind)
    {
        var refusal = kind is { } carried ? RefusalOf(entity, carried) : null;
        if (refusal is null && RateOf(entity, QuotaKind.RequestRate) is { } requests
            && _buckets.Get((entity, QuotaKind.RequestRate)).Take(requests, 1) is var wait && wait > TimeSpan.Zero)
        {
            refusal = Refuse(entity, QuotaKind.RequestRate, requests, wait);
        }

        Tell(http, entity, QuotaKind.RequestRate);
        if (kind is { } told)
        {
            Tell(http, entity, told);
        }

        return refusal;
    }

    private Problem Refuse(QuotaEntity entity, QuotaKind kind, QuotaRate rate, TimeSpan wait)
    {
        meters.CountThrottled(QuotaWords.Of(entity.Type), QuotaWords.Of(kind));
        return QuotaProblems.Exceeded(entity, kind, rate.PerSecond, wait);
    }

    private void Tell(HttpContext http, QuotaEntity entity, QuotaKind kind)
    {
        if (RateOf(entity, kind) is { } rate)
        {
            var (remaining, fullAfter) = _buckets.Find((entity, kind))?.Look(rate) ?? (rate.Burst, TimeSpan.Zero);
            RateLimitFields.Add(http.Response.Headers, entity.Type, kind, rate, remaining, fullAfter);
        }
    }

    private static void Measure(HttpContext http, QuotaUse use)
    {
        if (use.Kind == QuotaKind.ProducerByteRate)
        {
            http.Request.Body = new MeasuredBody(http.Request.Body, use);
        }
        else
        {
            var answer = new MeasuredAnswer(http.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), use);
            http.Features.Set<IHttpResponseBodyFeature>(answer);
            http.Response.RegisterForDispose(answer);
        }
    }

    private QuotaRate? RateOf(QuotaEntity entity, QuotaKind kind) =>
        Table().Of(entity).Of(kind) is { } perSecond ? new(perSecond, settings.Window) : null;

    private QuotaTable Table()
    {
        var (resolved, view) = (_resolved, security.Latest());
        if (!ReferenceEquals(resolved.View, view))
        {
            var stored = view?.State.Quotas.Select(
                static one => KeyValuePair.Create(one.Key, one.Value.Limits)) ?? [];
            _resolved = resolved = new(view, new QuotaTable(stored, settings));
        }

        return resolved.Table;
    }

    private sealed record Resolved(SecurityView? View, QuotaTable Table);
}
