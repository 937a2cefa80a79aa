using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Serverless.Benchmarks.Http;

/// <summary>
/// What HTTP itself costs: Kestrel as the node sets it up, and nothing behind it. It reads a request to its end, looks
/// at none of it, and answers with the bytes that it was given last by a <c>PUT</c>. With a folder, it also stores what
/// it reads before it answers.
/// </summary>
internal static class BareServer
{
    /// <summary>The name of its command; hidden, since only the benchmarks start it.</summary>
    public const string Command = "bare-server";

    // How large the pieces are in which an answer of unknown length goes out, each flushed by itself.
    private const int PieceBytes = 64 * 1024;

    private static Kept _kept = new("", null, []);

    /// <summary>Listens on a free port, says so on the console, and serves until it is killed.</summary>
    /// <param name="folder">Where it stores what it reads, or null for nowhere.</param>
    public static async Task RunAsync(string? folder)
    {
        await using var store = folder is null ? null : new BareStore(folder);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(Limit);
        await using var app = builder.Build();
        app.Run(context => AnswerAsync(context, store));
        await app.StartAsync();
        var server = app.Services.GetRequiredService<IServer>();
        var address = server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        Console.WriteLine($"Bare server listens on {address}");
        await app.WaitForShutdownAsync();
    }

    // The node's, but for the limits of bodies: the longest answer to keep is longer than any request of the node.
    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxConcurrentConnections = 10_000;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(240, gracePeriod: TimeSpan.FromSeconds(10));
    }

    private static async Task AnswerAsync(HttpContext context, BareStore? store)
    {
        if (HttpMethods.IsPut(context.Request.Method))
        {
            await KeepAsync(context.Request);
            return;
        }

        if (store is null)
        {
            await DrainAsync(context.Request.BodyReader);
        }
        else
        {
            await StoreAsync(context.Request, store);
        }

        await _kept.WriteAsync(context.Response);
    }

    private static async Task DrainAsync(PipeReader body)
    {
        while (true)
        {
            var read = await body.ReadAsync();
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private static async Task StoreAsync(HttpRequest request, BareStore store)
    {
        var length = (int)request.ContentLength!.Value;
        var body = ArrayPool<byte>.Shared.Rent(length);
        await request.Body.ReadExactlyAsync(body.AsMemory(0, length));
        await store.AppendAsync(body.AsMemory(0, length));
        ArrayPool<byte>.Shared.Return(body);
    }

    private static async Task KeepAsync(HttpRequest request)
    {
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes);
        _kept = new Kept(
            request.ContentType ?? "", request.Query.ContainsKey("chunked") ? null : bytes.Length, bytes.ToArray());
    }

    private sealed record Kept(string ContentType, long? Length, byte[] Bytes)
    {
        public async Task WriteAsync(HttpResponse response)
        {
            response.ContentType = ContentType;
            response.ContentLength = Length;
            if (Length is not null)
            {
                await response.BodyWriter.WriteAsync(Bytes);
                return;
            }

            for (var at = 0; at < Bytes.Length; at += PieceBytes)
            {
                await response.BodyWriter.WriteAsync(Bytes.AsMemory(at, Math.Min(PieceBytes, Bytes.Length - at)));
            }
        }
    }
}
