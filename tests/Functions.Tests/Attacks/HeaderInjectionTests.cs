using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Serverless.Functions.Tests.Attacks;

/// <summary>What a client sends comes back as text, and never as a line of a header that nobody wrote.</summary>
public sealed partial class HeaderInjectionTests
{
    private const string Evil = "X-Evil: 1";

    private static readonly string[] LineEnds = ["\r\n", "\n", "\r", "\0", "\u0085", "\u007f", "\v", "\f", "\u001b"];

    [Theory]
    [InlineData("%0D%0A")]
    [InlineData("%0A")]
    [InlineData("%0D")]
    [InlineData("%00")]
    [InlineData("%7F")]
    [InlineData("%C2%85")]
    [InlineData("%EF%BF%BE")]
    [InlineData("%C0%8D%C0%8A")]
    [InlineData("%ED%A0%8D")]
    public async Task An_attribute_that_hides_the_end_of_a_line_behind_percent_signs_is_refused(string hidden)
    {
        await using var node = await AttackedServer.StartAsync();

        foreach (var name in (string[])["ce-id", "ce-type", "ce-subject", "ce-source", "ce-mine"])
        {
            var answer = await PostEventAsync(node, name, $"a{hidden}{Evil}");

            Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
            AssertUnharmed(answer);
        }

        Assert.StartsWith("HTTP/1.1 204 ", await NextEventAsync(node), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("%E2%80%A8")]
    [InlineData("%E2%80%A9")]
    [InlineData("%E2%80%8B")]
    [InlineData("%250D%250A")]
    [InlineData("%22%3B")]
    public async Task What_is_text_comes_back_as_it_was_sent(string encoded)
    {
        await using var node = await AttackedServer.StartAsync();
        var text = $"a{encoded}X-Evil:%201";

        Assert.StartsWith("HTTP/1.1 200 ", await PostEventAsync(node, "ce-mine", text), StringComparison.Ordinal);
        var answer = await NextEventAsync(node);

        var sent = Uri.UnescapeDataString(text);
        var line = Assert.Single(HeadOf(answer), static line => line.StartsWith("ce-mine: ", StringComparison.Ordinal));
        Assert.Equal(sent, Uri.UnescapeDataString(line["ce-mine: ".Length..]));
        AssertUnharmed(answer);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("type")]
    [InlineData("subject")]
    [InlineData("mine")]
    [InlineData("datacontenttype")]
    [InlineData("a\\r\\nb")]
    public async Task An_attribute_in_json_that_ends_a_line_is_refused(string name)
    {
        await using var node = await AttackedServer.StartAsync();

        foreach (var end in LineEnds)
        {
            var body = $$"""
                {"specversion":"1.0","id":"1","source":"/s","type":"t","{{name}}":{{JsonSerializer.Serialize(
                    $"text/plain{end} {Evil}")}},"data":"x"}
                """;
            var (status, answer) = await node.SendAsync(
                "POST", "/api/v1/topics/t/events", "application/cloudevents+json", Encoding.UTF8.GetBytes(body));

            Assert.True((int)status == 400, $"{(int)status} {answer}");
        }
    }

    // Any producer of Kafka's may have written these headers; only what is an event is shown as one.
    [Theory]
    [InlineData("ce_id")]
    [InlineData("ce_mine")]
    [InlineData("ce_a: b\r\nx-evil")]
    [InlineData("content-type")]
    public async Task A_stored_header_that_ends_a_line_never_becomes_one_of_an_answer(string name)
    {
        await using var node = await AttackedServer.StartAsync();
        foreach (var end in LineEnds)
        {
            var headers = new Dictionary<string, string>
            {
                ["ce_specversion"] = "1.0",
                ["ce_id"] = "1",
                ["ce_source"] = "/s",
                ["ce_type"] = "t",
                [name] = $"text/plain;{end} {Evil}",
            };
            var (status, answer) = await node.SendAsync(
                "POST",
                "/api/v1/topics/t/records",
                "application/json",
                JsonSerializer.SerializeToUtf8Bytes(new { value = "x", headers }));
            Assert.True((int)status == 200, answer);
        }

        for (var offset = 0; offset < LineEnds.Length; offset++)
        {
            foreach (var format in (string[])["binary", "structured"])
            {
                var answer = await node.RawAsync(
                    $"GET /api/v1/topics/t/partitions/0/events?offset={offset}&format={format} HTTP/1.1\r\nHost: x\r\n"
                    + "Connection: close\r\n\r\n");
                Assert.Matches("^HTTP/1.1 20[04] ", answer);
                AssertUnharmed(answer);
            }
        }
    }

    [Theory]
    [InlineData("GET", "/api/v1/topics/a%0D%0AX-Evil:%201/records", "")]
    [InlineData("GET", "/topics/a%0D%0AX-Evil:%201", "")]
    [InlineData("GET", "/v3/clusters/a%0D%0AX-Evil:%201/topics", "")]
    [InlineData("GET", "/v3/clusters/{C}/topics/a%0D%0AX-Evil:%201", "")]
    [InlineData("POST", "/topics/a%0D%0AX-Evil:%201:publish?api-version=2024-06-01", "")]
    [InlineData("GET", "/nowhere%0D%0AX-Evil:%201", "")]
    [InlineData("GET", "/api/v1/groups/a%0D%0AX-Evil:%201", "")]
    [InlineData("GET", "/api/v1/topics/t/records?cursor=0%0D%0AX-Evil:%201", "")]
    [InlineData("GET", "/api/v1/topics/t/records?from=a%0D%0AX-Evil:%201", "")]
    [InlineData("GET", "/api/v1/topics/t/records?x%0D%0AX-Evil:%201=1", "")]
    [InlineData("POST", "/consumers/a%0D%0AX-Evil:%201", "Content-Type: application/vnd.kafka.v2+json")]
    [InlineData("POST", "/api/v1/topics/t/records", "Content-Type: text/x%0D%0AX-Evil: 1")]
    [InlineData("POST", "/api/v1/topics/t/records", "Content-Encoding: gzip%0D%0AX-Evil: 1")]
    [InlineData("POST", "/api/v1/topics/t/records", "Idempotency-Key: a%0D%0AX-Evil: 1")]
    [InlineData("POST", "/api/v1/topics/t/records", "If-Match: \"a%0D%0AX-Evil: 1\"")]
    [InlineData("GET", "/v3/clusters", "X-Forwarded-Host: a%0D%0AX-Evil: 1")]
    [InlineData("GET", "/api/v1/topics", "Authorization: Bearer a%0D%0AX-Evil: 1")]
    [InlineData("GET", "/api/v1/topics", "traceparent: 00-%0D%0AX-Evil: 1-b7ad6b7169203331-01")]
    public async Task What_an_answer_repeats_of_a_request_stands_in_its_body_as_json(
        string method, string path, string header)
    {
        await using var node = await AttackedServer.StartAsync();
        path = path.Replace("{C}", node.ClusterId, StringComparison.Ordinal);
        header = header.Length > 0 ? header + "\r\n" : "";

        var answer = await node.RawAsync(
            $"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n{header}Connection: close\r\n\r\n");

        AssertUnharmed(answer);
        Assert.Matches("^HTTP/1.1 [24]", answer);
        JsonDocument.Parse(Unchunked(answer)).Dispose();
    }

    // Lines that the server itself must not take for one header.
    [Theory]
    [InlineData("ce-mine: a\rX-Evil: 1")]
    [InlineData("ce-mine: a\0b")]
    [InlineData("ce-mine: a\r\n X-Evil: 1")]
    [InlineData("ce-m\nine: a")]
    [InlineData("Record-Header-a\r: 1")]
    [InlineData("Host: x\r\nHost: evil.example")]
    [InlineData("Content-Length: 3\r\nContent-Length: 5")]
    [InlineData("Content-Length: 3\r\nTransfer-Encoding: chunked, identity")]
    [InlineData("Transfer-Encoding: identity")]
    [InlineData("Host : evil.example")]
    public async Task A_header_that_is_two_or_none_is_400(string line)
    {
        await using var node = await AttackedServer.StartAsync();

        var answer = await node.RawAsync(
            $"POST /api/v1/topics/t/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nce-id: 1\r\n"
            + $"ce-source: /s\r\nce-type: t\r\nce-specversion: 1.0\r\n{line}\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 (400|501) ", answer);
        AssertUnharmed(answer);
    }

    [Fact]
    public async Task Neither_does_the_address_of_what_was_created()
    {
        await using var node = await AttackedServer.StartAsync();
        foreach (var end in LineEnds)
        {
            var text = JsonSerializer.Serialize($"User:a{end}{Evil}");
            var body = $$"""
                {"resource_type":"TOPIC","resource_name":"t","pattern_type":"LITERAL","principal":{{text}},"host":"*",
                "operation":"READ","permission":"ALLOW"}
                """;
            var answer = await node.RawAsync(
                $"POST /v3/clusters/{node.ClusterId}/acls HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                + $"Content-Length: {Encoding.Latin1.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}");

            Assert.Matches("^HTTP/1.1 (201|400) ", answer);
            AssertUnharmed(answer);
        }
    }

    private static Task<string> PostEventAsync(AttackedServer node, string name, string value)
    {
        var headers = new Dictionary<string, string>
        {
            ["ce-specversion"] = "1.0",
            ["ce-id"] = "1",
            ["ce-source"] = "/s",
            ["ce-type"] = "t",
            [name] = value,
        };
        var lines = string.Concat(headers.Select(static header => $"{header.Key}: {header.Value}\r\n"));
        return node.RawAsync(
            $"POST /api/v1/topics/t/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n{lines}"
            + "Connection: close\r\n\r\nx");
    }

    private static Task<string> NextEventAsync(AttackedServer node) => node.RawAsync(
        "GET /api/v1/topics/t/partitions/0/events?offset=0&format=binary HTTP/1.1\r\nHost: x\r\n"
        + "Connection: close\r\n\r\n");

    private static void AssertUnharmed(string answer)
    {
        Assert.All(HeadOf(answer), static line =>
        {
            Assert.DoesNotMatch("(?i)^x-evil", line);
            Assert.Matches("^[ -~]*$", line);
        });
        Assert.Single(StatusLine.Matches(answer));
    }

    private static string[] HeadOf(string answer) =>
        answer[..answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n");

    private static string Unchunked(string answer)
    {
        var body = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        if (!answer.Contains("Transfer-Encoding: chunked", StringComparison.Ordinal))
        {
            return body;
        }

        var text = new StringBuilder();
        while (body.IndexOf("\r\n", StringComparison.Ordinal) is > 0 and var end
            && int.Parse(body.AsSpan(0, end), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var size)
        {
            text.Append(body, end + 2, size);
            body = body[(end + 2 + size + 2)..];
        }

        return text.ToString();
    }

    [GeneratedRegex("HTTP/1.1 [0-9]{3} ")]
    private static partial Regex StatusLine { get; }
}
