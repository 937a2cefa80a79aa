using System.Globalization;
using Serverless.Functions.Host.Hosting;
using Serverless.Functions.Host.Settings;
using Serverless.StorageEngine.Security;

namespace Serverless.Functions.Host.Keys;

/// <summary>
/// The command <c>keys</c>: makes, lists and revokes API keys in the storage that the settings name, while nodes run or
/// not. Who may use the storage may do that; it is how the first key comes to be.
/// </summary>
/// <param name="output">Where the answer goes; the only place that a secret is ever written to.</param>
/// <param name="errors">Where it says why it could not.</param>
/// <param name="time">The only clock.</param>
/// <param name="random">Spaces attempts; no secret comes from it.</param>
internal sealed class KeysCommand(TextWriter output, TextWriter errors, TimeProvider time, Random random)
{
    /// <summary>It was refused by what is stored.</summary>
    public const int Refused = 3;

    /// <summary>Does it.</summary>
    /// <param name="asked">What the command line asks for.</param>
    /// <param name="settings">The checked settings.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CommandLine.Keys asked, HostSettings settings)
    {
        Principal? principal = null;
        if (asked.Principal is { } text)
        {
            if (!Principal.TryParse(text, out var parsed, out var broken))
            {
                await errors.WriteLineAsync($"--principal is '{text}'; {broken}.");
                return NodeProcess.WrongSettings;
            }

            principal = parsed;
        }

        try
        {
            await using var storage = await NodeStorage.OpenAsync(settings.Storage, time, CancellationToken.None);
            return await RunAsync(asked, principal, new SecurityCatalog(
                storage.Tables, settings.Security, time, random));
        }
        catch (Exception exception) when (StartFault.Describe(exception, settings) is not null)
        {
            await errors.WriteLineAsync(StartFault.Describe(exception, settings));
            return NodeProcess.CannotStart;
        }
    }

    private Task<int> RunAsync(CommandLine.Keys asked, Principal? principal, SecurityCatalog security) =>
        asked.Action switch
        {
            KeysAction.Create => CreateAsync(principal!.Value, security),
            KeysAction.Revoke => RevokeAsync(principal!.Value, asked.Key!, security),
            _ => ListAsync(principal, security),
        };

    private async Task<int> CreateAsync(Principal principal, SecurityCatalog security)
    {
        var drawn = NewApiKey.Draw(Secrets.Fill);
        if (await security.AddKeyAsync(drawn.For(principal, time.GetUtcNow()), CancellationToken.None) is { } problem)
        {
            await errors.WriteLineAsync(problem.Detail);
            return Refused;
        }

        await output.WriteLineAsync($"principal  {principal}");
        await output.WriteLineAsync($"key        {drawn.Id}");
        await output.WriteLineAsync($"secret     {drawn.Secret}");
        await output.WriteLineAsync($"The secret is shown this once. With curl: -u {drawn.Id}:{drawn.Secret}");
        return NodeProcess.Stopped;
    }

    private async Task<int> ListAsync(Principal? principal, SecurityCatalog security)
    {
        var view = await security.ReadAsync(CancellationToken.None);
        var keys = view.State.Keys.Values
            .Where(key => principal is null || key.Principal == principal)
            .OrderBy(static key => key.Principal.Name, StringComparer.Ordinal)
            .ThenBy(static key => key.CreatedAt);
        foreach (var key in keys)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{key.Id}  {key.CreatedAt:yyyy-MM-dd'T'HH:mm:ss'Z'}  {key.Principal}"));
        }

        return NodeProcess.Stopped;
    }

    private async Task<int> RevokeAsync(Principal principal, string key, SecurityCatalog security)
    {
        if (!await security.RevokeKeyAsync(principal, key, CancellationToken.None))
        {
            await errors.WriteLineAsync($"{principal} has no key {key}.");
            return Refused;
        }

        await output.WriteLineAsync(
            $"The key {key} of {principal} is revoked; nodes that run take it for a few seconds more.");
        return NodeProcess.Stopped;
    }
}
