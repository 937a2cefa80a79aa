using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
using Serverless.StorageEngine;
using Serverless.StorageEngine.Diagnostics;
using Serverless.StorageEngine.Quotas;

namespace Serverless.Functions.Api.Quotas;

/// <summary>
/// Counts wrong keys and tokens by the address that they come from, so that a flood of them does not get a processor:
/// to check a signature takes longer than most requests.
/// </summary>
/// <remarks>
/// Only what failed counts, and only what would have to be checked at some cost is refused unseen: who has a good key,
/// or a token that was good a moment ago, is let in from the same address. An IPv6 address counts as its network of 64
/// bits, which is what one customer has.
/// </remarks>
/// <param name="settings">How many are too many.</param>
/// <param name="meters">Where refusals are counted.</param>
/// <param name="time">The only clock.</param>
internal sealed class FailedLogins(QuotaSettings settings, EngineMeters meters, TimeProvider time)
{
    private readonly QuotaBuckets<Bits128> _byAddress = new(settings.BucketsMax, time);
    private readonly QuotaRate _rate = new(Math.Max(1, settings.FailedLoginRate), settings.Window);

    /// <summary>Why nothing unknown is looked at, or null.</summary>
    /// <param name="request">Where it comes from.</param>
    public Problem? RefusalOf(HttpRequest request) =>
        AddressOf(request) is { } address && _byAddress.Find(address) is { } bucket ? Refuse(bucket.Debt(_rate)) : null;

    /// <summary>
    /// Counts one that failed, unless too many did: so a flood is over for its address as soon as it ends, however long
    /// it was.
    /// </summary>
    /// <param name="request">Where it comes from.</param>
    /// <returns>What is said in place of why it failed, where there were too many; else null.</returns>
    public Problem? Count(HttpRequest request) =>
        AddressOf(request) is { } address ? Refuse(_byAddress.Get(address).ChargeUnlessInDebt(_rate, 1)) : null;

    private Problem? Refuse(TimeSpan wait)
    {
        if (wait == TimeSpan.Zero)
        {
            return null;
        }

        meters.CountThrottled("address", "failed_login_rate");
        return QuotaProblems.TooManyFailedLogins(wait);
    }

    private Bits128? AddressOf(HttpRequest request)
    {
        if (settings.FailedLoginRate == 0 || request.HttpContext.Connection.RemoteIpAddress is not { } address)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        var isIp6 = address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6;
        var value = Bits128.Read(bytes);

        // The last bit keeps a network from being taken for an IPv4 address of the same first bits.
        return isIp6 ? value with { Low = 1 } : value;
    }
}
