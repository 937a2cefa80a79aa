using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.Functions.Api.Security;
using Serverless.StorageEngine;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Quotas;

namespace Serverless.Functions.Api.Quotas;

/// <summary>
/// Counts wrong keys and tokens by the address that they come from, so that a flood of them does not get a processor:
/// to check a signature takes longer than most requests.
/// </summary>
/// <remarks>
/// <para>
/// Only what failed counts, and only what would have to be checked at some cost is refused unseen: who has a good key,
/// or a token that was good before, is let in from the same address. An IPv6 address counts as its network of 64 bits,
/// which is what one customer has.
/// </para>
/// <para>
/// Where the clients' addresses are not known, all together have one limit, which is <see cref="SharedFactor"/> times
/// as high: it only has to keep the processor, and one that a single client reaches with ease would let anybody shut all
/// others out.
/// </para>
/// </remarks>
/// <param name="settings">How many are too many.</param>
/// <param name="access">Whether addresses are the clients'.</param>
/// <param name="meters">Where refusals are counted.</param>
/// <param name="time">The only clock.</param>
internal sealed class FailedLogins(
    QuotaSettings settings, AccessSettings access, EngineMeters meters, TimeProvider time)
{
    /// <summary>
    /// How much more all together may show than one address. The default of 20 is less than a hundredth of a processor,
    /// so this is less than a quarter.
    /// </summary>
    public const int SharedFactor = 25;

    private readonly QuotaBuckets<Bits128> _byAddress = new(settings.BucketsMax, time);
    private readonly QuotaBucket _shared = new(time);
    private readonly QuotaRate _rate = new(
        Math.Max(1, access.KnowsAddresses ? settings.FailedLoginRate : settings.FailedLoginRate * SharedFactor),
        settings.Window);

    /// <summary>Why nothing unknown is looked at, or null.</summary>
    /// <param name="request">Where it comes from.</param>
    public Problem? RefusalOf(HttpRequest request) =>
        BucketOf(request, make: false) is { } bucket ? Refuse(bucket.Debt(_rate)) : null;

    /// <summary>
    /// Counts one that failed, unless too many did: so a flood is over for its address as soon as it ends, however long
    /// it was.
    /// </summary>
    /// <param name="request">Where it comes from.</param>
    /// <returns>What is said in place of why it failed, where there were too many; else null.</returns>
    public Problem? Count(HttpRequest request) =>
        BucketOf(request, make: true) is { } bucket ? Refuse(bucket.ChargeUnlessInDebt(_rate, 1)) : null;

    private Problem? Refuse(TimeSpan wait)
    {
        if (wait == TimeSpan.Zero)
        {
            return null;
        }

        meters.CountThrottled(access.KnowsAddresses ? "address" : "node", "failed_login_rate");
        return QuotaProblems.TooManyFailedLogins(wait, access.KnowsAddresses);
    }

    private QuotaBucket? BucketOf(HttpRequest request, bool make)
    {
        if (settings.FailedLoginRate == 0)
        {
            return null;
        }

        if (!access.KnowsAddresses)
        {
            return _shared;
        }

        return request.HttpContext.Connection.RemoteIpAddress is not { } address ? null
            : make ? _byAddress.Get(KeyOf(address))
            : _byAddress.Find(KeyOf(address));
    }

    private static Bits128 KeyOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        var isIp6 = address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6;
        var value = Bits128.Read(bytes);

        // The last bit keeps a network from being taken for an IPv4 address of the same first bits.
        return isIp6 ? value with { Low = 1 } : value;
    }
}
