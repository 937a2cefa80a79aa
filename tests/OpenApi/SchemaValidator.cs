using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Npm;

namespace Serverless.OpenApi;

/// <summary>
/// A process that holds JSON against the schemas of one document (<c>validate.mjs</c>, with the validator Ajv). Ends
/// with the process that started it.
/// </summary>
public sealed class SchemaValidator
{
    private readonly Process _process;
    private readonly Lock _writing = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<IReadOnlyList<string>>> _asked = new();
    private long _questions;

    private SchemaValidator(Process process) => _process = process;

    /// <summary>Installs what it needs, and starts it.</summary>
    /// <param name="document">The OpenAPI document.</param>
    /// <param name="cancellationToken">Abandons the start.</param>
    /// <exception cref="InvalidOperationException">Node or npm is missing.</exception>
    public static async Task<SchemaValidator> StartAsync(JsonObject document, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node", "validate.mjs")
        {
            WorkingDirectory = await NpmFolder.EnsureAsync("OpenApi", cancellationToken),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var validator = new SchemaValidator(Process.Start(start)!);
        validator.Write(document);
        _ = validator.ListenAsync();
        return validator;
    }

    /// <summary>Holds documents against a schema.</summary>
    /// <param name="check">Which.</param>
    /// <returns>What they break, in one sentence each.</returns>
    public Task<IReadOnlyList<string>> CheckAsync(SchemaCheck check)
    {
        var id = Interlocked.Increment(ref _questions);
        var answer = _asked.GetOrAdd(id, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        Write(new JsonObject
        {
            ["id"] = id,
            ["pointer"] = check.Path,
            ["closed"] = check.IsClosed,
            ["items"] = new JsonArray([.. check.Items.Select(static item => (JsonNode)item)]),
        });
        return answer.Task;
    }

    private void Write(JsonObject line)
    {
        lock (_writing)
        {
            _process.StandardInput.WriteLine(line.ToJsonString());
            _process.StandardInput.Flush();
        }
    }

    private async Task ListenAsync()
    {
        try
        {
            while (await _process.StandardOutput.ReadLineAsync() is { } line)
            {
                using var answer = JsonDocument.Parse(line);
                _asked.TryRemove(answer.RootElement.GetProperty("id").GetInt64(), out var asked);
                asked!.SetResult([
                    .. answer.RootElement.GetProperty("errors").EnumerateArray().Select(static one => one.GetString()!),
                ]);
            }
        }
        finally
        {
            // Nobody may wait for an answer that cannot come.
            foreach (var asked in _asked.Values)
            {
                asked.TrySetException(new InvalidOperationException(
                    "The validator has ended; its standard error, among the output of the tests, says why."));
            }
        }
    }
}
