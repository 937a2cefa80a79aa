using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace Serverless.Functions.Api.Root;

/// <summary>
/// The page that a browser gets at the root. Pure. It brings all that it shows, runs nothing, and leads only to paths
/// beside its own, so it is right behind any prefix.
/// </summary>
internal static class RootPage
{
    private const string Style = """
        :root { color-scheme: light dark; --text: #1c2024; --soft: #60646c; --line: #d9dde2; --page: #fcfcfd;
          --card: #f2f4f7; --link: #0b5cad; }
        @media (prefers-color-scheme: dark) {
          :root { --text: #e8eaed; --soft: #9ba1a9; --line: #33383f; --page: #14171a; --card: #1d2125; --link: #7ab7f5; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; padding: 3.5rem 1.25rem; background: var(--page); color: var(--text);
          font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
        main { max-width: 44rem; margin: 0 auto; }
        h1 { margin: 0; font-size: 2.1rem; line-height: 1.2; letter-spacing: -.02em; }
        h2 { margin: 2.4rem 0 .7rem; font-size: 1.1rem; }
        p { margin: .5rem 0; }
        .soft { color: var(--soft); }
        a { color: var(--link); text-decoration: none; }
        a:hover, a:focus-visible { text-decoration: underline; }
        code, pre { font: .9em/1.6 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
        pre { margin: 0; padding: 1rem 1.2rem; overflow-x: auto; background: var(--card); border: 1px solid var(--line);
          border-radius: .6rem; }
        table { width: 100%; border-collapse: collapse; }
        td { padding: .5rem 1rem .5rem 0; border-top: 1px solid var(--line); vertical-align: top; }
        td:first-child { width: 12rem; white-space: nowrap; }
        tr:first-child td { border-top: 0; }
        """;

    private static readonly Dictionary<string, string> Meanings = new(StringComparer.Ordinal)
    {
        ["/openapi.json"] = "every route of this node, in OpenAPI 3.1",
        ["/health/live"] = "whether the process lives",
        ["/health/ready"] = "whether it reaches its storage",
        ["/metrics"] = "what it measures, as Prometheus text",
    };

    /// <summary>The policy that lets the page show its own style, and nothing else at all.</summary>
    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Writes the page.</summary>
    /// <param name="address">The address that the client used, without a slash at the end; any text.</param>
    /// <param name="version">The version of this program.</param>
    /// <param name="needsKey">Whether requests need a key.</param>
    /// <param name="links">Paths of the node from the root on, and whether everybody may go there.</param>
    public static string Write(
        string address, string version, bool needsKey, IEnumerable<(string Path, bool IsOpen)> links)
    {
        var shown = HtmlEncoder.Default.Encode(address);
        var (key, json) = (needsKey ? "-u KEY:SECRET " : "", "-H 'Content-Type: application/json'");
        var rows = string.Concat(links.Select(static link =>
            $"""<tr><td><a href=".{link.Path}"><code>{link.Path}</code></a></td><td>{MeaningOf(link)}</td></tr>"""
            + "\n"));
        return $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Serverless</title>
            <style>{{Style}}</style>
            </head>
            <body>
            <main>
            <h1>Serverless</h1>
            <p>An event log without brokers: Kafka’s topics, partitions, offsets and consumer groups over HTTP.</p>
            <p class="soft">This is a node of it, version {{HtmlEncoder.Default.Encode(version)}}. It keeps nothing but caches; any node serves any request.</p>

            <h2>Try it</h2>
            <pre>curl {{key}}-X POST {{shown}}/api/v1/topics \
              {{json}} -d '{"name":"orders","partitions":2}'
            curl {{key}}-X POST {{shown}}/api/v1/topics/orders/records \
              {{json}} -d '{"key":"a","value":"hello"}'
            curl {{key}}'{{shown}}/api/v1/topics/orders/records?from=earliest'</pre>

            <h2>Look at it</h2>
            <table>
            {{rows}}</table>

            <h2>Speak to it</h2>
            <table>
            <tr><td><code>/api/v1</code></td><td>its own API: records, batches, live tails, groups, queues, CloudEvents</td></tr>
            <tr><td><code>/</code></td><td>Confluent’s REST Proxy v2</td></tr>
            <tr><td><code>/v3</code></td><td>Confluent’s REST API v3</td></tr>
            <tr><td><code>/topics/T:publish</code></td><td>the pull delivery of Azure Event Grid</td></tr>
            </table>

            <h2>Read about it</h2>
            <p>In its repository: <code>README.md</code> to begin with, <code>functions/README.md</code> for the APIs,
            <code>docs/operations.md</code> for running it, <code>ARCHITECTURE.md</code> for why it is as it is.</p>
            </main>
            </body>
            </html>

            """;
    }

    private static string MeaningOf((string Path, bool IsOpen) link) =>
        Meanings[link.Path] + (link.IsOpen ? "" : """ <span class="soft">(needs a key)</span>""");
}
