using Serverless.Functions.Host.Telemetry;

namespace Serverless.Functions.Tests.Telemetry;

public sealed class PrometheusNameTests
{
    [Theory]
    [InlineData("serverless.log.append.duration", "s", false, "serverless_log_append_duration_seconds")]
    [InlineData("serverless.log.records.appended", "{record}", true, "serverless_log_records_appended_total")]
    [InlineData("serverless.log.bytes.appended", "By", true, "serverless_log_bytes_appended_total")]
    [InlineData("dotnet.gc.last_collection.memory.committed_size", "By", false,
        "dotnet_gc_last_collection_memory_committed_size_bytes")]
    [InlineData("some.total", null, true, "some_total")]
    [InlineData("some.share", "1", false, "some_share_ratio")]
    [InlineData("9lives-left", "", false, "_9lives_left")]
    public void A_name_has_its_unit_once_and_says_when_it_counts(
        string instrument, string? unit, bool isCounter, string expected) =>
        Assert.Equal(expected, PrometheusName.Of(instrument, unit, isCounter));
}
