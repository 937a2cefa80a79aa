using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.Errors;
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
    private readonly QuotaBuckets<UInt128> _byAddress = new(settings.BucketsMax, time);
    private readonly QuotaRate _rate = new(Math.Max(1, settings.FailedLoginRate), settings.Window);

    /// <summary>Why nothing unknown is looked at, or null.</summary>
    /// <param name="request">Where it comes from.</param>
    public Problem? RefusalOf(HttpRequest request)
    {
        if (AddressOf(request) is not { } address
            || _byAddress.Find(address)?.Debt(_rate) is not { } wait
            || wait == TimeSpan.Zero)
        {
            return null;
        }

        meters.CountThrottled("address", "failed_login_rate");
        return QuotaProblems.TooManyFailedLogins(wait);
    }

    /// <summary>Counts one that failed.</summary>
    /// <param name="request">Where it comes from.</param>
    public void Count(HttpRequest request)
    {
        if (AddressOf(request) is { } address)
        {
            _byAddress.Get(address).Charge(_rate, 1);
        }
    }

    private UInt128? AddressOf(HttpRequest request)
    {
        if (settings.FailedLoginRate == 0 || request.HttpContext.Connection.RemoteIpAddress is not { } address)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        var isIp6 = address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6;
        var value = BinaryPrimitives.ReadUInt128BigEndian(bytes);

        // The last bit keeps a network from being taken for an IPv4 address of the same first bits.
        return isIp6 ? (value & NetworkMask) | 1 : value;
    }

    private static readonly UInt128 NetworkMask = new(ulong.MaxValue, 0);
}
