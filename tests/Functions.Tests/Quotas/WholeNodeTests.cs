using System.Diagnostics.Metrics;
using System.Net;
using Serverless.Functions.Tests.Native;
using Serverless.Functions.Tests.Security;
using Serverless.Functions.Tests.Telemetry;
using Serverless.StorageEngine.Diagnostics;

namespace Serverless.Functions.Tests.Quotas;

/// <summary>What the settings say holds in the program as it is put together.</summary>
public sealed class WholeNodeTests
{
    [Fact]
    public async Task The_settings_of_a_node_hold_for_all_that_it_serves_but_its_health()
    {
        await using var node = await WholeNode.StartAsync(
            [], null, "--quota-user-request-rate", "1", "--quota-window-ms", "1000");

        foreach (var path in new[] { "/api/v1/topics", "/metrics", "/v3/clusters", "/topics" })
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, await RefusedAsync(node, path));
        }

        foreach (var path in new[] { "/health/live", "/health/ready", "/openapi.json", "/" })
        {
            using var response = await node.Client.GetAsync(path, NativeClient.Token);
            Assert.Equal((path, HttpStatusCode.OK), (path, response.StatusCode));
        }
    }

    [Fact]
    public async Task What_was_refused_is_counted_by_what_the_quota_limits_and_names_nobody()
    {
        await using var node = await LimitedServer.StartAsync(users: new(null, null, 1));
        var seen = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == EngineMeters.Name && instrument.Name == "serverless.quota.throttled")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            lock (seen)
            {
                seen.Add($"{count}: {string.Join(' ', tags.ToArray().Select(static tag => $"{tag.Key}={tag.Value}"))}");
            }
        });
        listener.Start();
        await node.ServedAsync(GuardedServer.Admin, "GET", "/api/v1/topics");

        await node.RefusedAsync(GuardedServer.Admin, "GET", "/api/v1/topics");

        lock (seen)
        {
            Assert.Contains("1: entity=user quota=request_rate", seen);
            Assert.DoesNotContain(seen, static line => line.Contains(GuardedServer.Admin, StringComparison.Ordinal));
        }
    }

    // One a second is served, and this asks more often.
    private static async Task<HttpStatusCode> RefusedAsync(WholeNode node, string path)
    {
        var status = HttpStatusCode.OK;
        for (var request = 0; request < 1_000 && status == HttpStatusCode.OK; request++)
        {
            using var response = await node.Client.GetAsync(path, NativeClient.Token);
            status = response.StatusCode;
        }

        return status;
    }
}
