using System.CommandLine;
using System.CommandLine.Parsing;

namespace Serverless.Functions.Host.Settings;

/// <summary>What the arguments of the process ask for.</summary>
internal abstract record CommandLine
{
    private const string KeysWord = "keys";
    private const string PrincipalOption = "--principal";
    private const string KeyOption = "--key";

    private CommandLine()
    {
    }

    /// <summary>Reads the arguments; every setting is an option that takes one value.</summary>
    /// <param name="args">The arguments of the process.</param>
    public static CommandLine Parse(string[] args)
    {
        var isKeys = args is [KeysWord, ..];
        var (options, principal, key) = (OptionsOf(SettingCatalog.All), OneOf(PrincipalOption), OneOf(KeyOption));
        var help = new Option<bool>("--help", "-h", "-?");
        var version = new Option<bool>("--version");
        var command = new Command("serverless") { help, version };
        foreach (var option in options.Values.Concat(isKeys ? [principal, key] : []))
        {
            command.Add(option);
        }

        var result = command.Parse(
            isKeys ? args[Math.Min(2, args.Length)..] : args,
            new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.GetValue(help))
        {
            return new Help();
        }

        if (result.GetValue(version))
        {
            return new Version();
        }

        if (ProblemsIn(result) is { Count: > 0 } problems)
        {
            return new Refused(problems);
        }

        var set = options
            .Where(pair => result.GetResult(pair.Value) is not null)
            .ToDictionary(static pair => pair.Key.Key, pair => result.GetValue(pair.Value));
        return isKeys ? ReadKeys(args, result.GetValue(principal), result.GetValue(key), set) : new Run(set);
    }

    private static CommandLine ReadKeys(
        string[] args, string? principal, string? key, IReadOnlyDictionary<string, string?> set)
    {
        if (args.Length < 2 || !Enum.TryParse<KeysAction>(args[1], ignoreCase: true, out var action)
            || !Enum.GetNames<KeysAction>().Contains(args[1], StringComparer.OrdinalIgnoreCase))
        {
            return new Refused([$"Behind {KeysWord} comes create, list or revoke."]);
        }

        return (action, principal, key) switch
        {
            (KeysAction.Create or KeysAction.Revoke, null, _) => new Refused(
                [$"{PrincipalOption} is missing; it must be a principal such as User:alice."]),
            (KeysAction.Revoke, _, null) => new Refused([$"{KeyOption} is missing; it must be the id of a key."]),
            _ => new Keys(action, principal, key, set),
        };
    }

    private static Dictionary<Setting, Option<string>> OptionsOf(IEnumerable<Setting> settings) =>
        settings.ToDictionary(static setting => setting, static setting => OneOf(setting.Option));

    private static Option<string> OneOf(string name) => new(name) { Arity = ArgumentArity.ExactlyOne };

    // An unknown option leaves its value over as well; only the option is worth naming.
    private static List<string> ProblemsIn(ParseResult result)
    {
        var unknown = result.UnmatchedTokens.Where(static token => token.StartsWith('-')).ToList();
        unknown = unknown.Count > 0 ? unknown : [.. result.UnmatchedTokens];
        return unknown.Count > 0
            ? [.. unknown.Select(static token => $"{token} is not an option; --help lists all of them.")]
            : [.. result.Errors.Select(Describe)];
    }

    private static string Describe(ParseError error)
    {
        var setting = SettingCatalog.All.FirstOrDefault(
            setting => error.SymbolResult is OptionResult { Option.Name: var name } && name == setting.Option);
        return (setting, error.SymbolResult?.Tokens.Count) switch
        {
            (null, _) => error.Message,
            (_, 0) => $"{setting.Option} has no value; it must be {setting.Expected}.",
            (_, var count) => $"{setting.Option} is given {count} times; it must be given once.",
        };
    }

    /// <summary>Show the help text.</summary>
    public sealed record Help : CommandLine;

    /// <summary>Show the version.</summary>
    public sealed record Version : CommandLine;

    /// <summary>Start a node.</summary>
    /// <param name="Options">What the options say, by the key of the setting.</param>
    public sealed record Run(IReadOnlyDictionary<string, string?> Options) : CommandLine;

    /// <summary>Make, list or revoke keys.</summary>
    /// <param name="Action">Which of them.</param>
    /// <param name="Principal">Whose, as it stands there.</param>
    /// <param name="Key">Which key, as it stands there.</param>
    /// <param name="Options">What the options say that are settings, by their keys.</param>
    public sealed record Keys(
        KeysAction Action, string? Principal, string? Key, IReadOnlyDictionary<string, string?> Options) : CommandLine;

    /// <summary>The arguments are wrong.</summary>
    /// <param name="Problems">What is wrong, in one sentence each.</param>
    public sealed record Refused(IReadOnlyList<string> Problems) : CommandLine;
}
