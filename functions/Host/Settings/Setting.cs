using System.Globalization;

namespace Serverless.Functions.Host.Settings;

/// <summary>One thing an operator can set: its names, its default, what it takes and what it does.</summary>
/// <remarks>
/// A setting has one name and three spellings: <c>--append-interval-ms 250</c> on the command line,
/// <c>Serverless__AppendIntervalMs=250</c> in the environment, and in a file
/// <c>{"Serverless": {"AppendIntervalMs": 250}}</c>.
/// </remarks>
internal abstract class Setting
{
    /// <summary>The section of a configuration that holds all settings.</summary>
    public const string Section = "Serverless";

    /// <summary>Names a setting.</summary>
    /// <param name="name">Lower-case words with dashes; a unit comes last.</param>
    /// <param name="defaultText">What is taken when nobody sets it, as <c>--help</c> shows it.</param>
    /// <param name="expected">What it takes, as the end of the sentence "it must be …".</param>
    /// <param name="meaning">What it does, in one sentence without a full stop.</param>
    protected Setting(string name, string defaultText, string expected, string meaning)
    {
        Name = name;
        DefaultText = defaultText;
        Expected = expected;
        Meaning = meaning;
        Word = string.Concat(name.Split('-').Select(static word => char.ToUpperInvariant(word[0]) + word[1..]));
    }

    /// <summary>The name: <c>append-interval-ms</c>.</summary>
    public string Name { get; }

    /// <summary>The spelling on the command line: <c>--append-interval-ms</c>.</summary>
    public string Option => "--" + Name;

    /// <summary>The name in files and variables: <c>AppendIntervalMs</c>.</summary>
    public string Word { get; }

    /// <summary>The key in a configuration: <c>Serverless:AppendIntervalMs</c>.</summary>
    public string Key => $"{Section}:{Word}";

    /// <summary>What is taken when nobody sets it.</summary>
    public string DefaultText { get; }

    /// <summary>What it takes.</summary>
    public string Expected { get; }

    /// <summary>What it does.</summary>
    public string Meaning { get; }

    /// <summary>A setting that takes a whole number.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its default.</param>
    /// <param name="least">The smallest value it takes.</param>
    /// <param name="most">The largest value it takes.</param>
    /// <param name="unit">What is counted, in the plural.</param>
    /// <param name="meaning">What it does.</param>
    public static Setting<long> Number(string name, long value, long least, long most, string unit, string meaning) =>
        new(
            name,
            value,
            value.ToString(CultureInfo.InvariantCulture),
            string.Create(CultureInfo.InvariantCulture, $"a whole number of {unit} from {least} to {most}"),
            meaning,
            (string text, out long number) =>
                long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
                && number >= least && number <= most);

    /// <summary>A setting that takes a whole number of milliseconds.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its default.</param>
    /// <param name="least">The smallest value it takes.</param>
    /// <param name="most">The largest value it takes.</param>
    /// <param name="meaning">What it does.</param>
    public static Setting<TimeSpan> Milliseconds(string name, TimeSpan value, int least, int most, string meaning)
    {
        var number = Number(name, (long)value.TotalMilliseconds, least, most, "milliseconds", meaning);
        return new(
            name,
            value,
            number.DefaultText,
            number.Expected,
            meaning,
            (string text, out TimeSpan span) =>
            {
                var taken = number.TryParse(text, out var milliseconds);
                span = TimeSpan.FromMilliseconds(taken ? milliseconds : 0);
                return taken;
            });
    }

    /// <summary>A setting that takes an amount of US dollars.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its default.</param>
    /// <param name="meaning">What it does.</param>
    public static Setting<decimal> Usd(string name, decimal value, string meaning) =>
        new(
            name,
            value,
            value.ToString(CultureInfo.InvariantCulture),
            "an amount of US dollars from 0 to 1000, such as 0.000005",
            meaning,
            static (string text, out decimal amount) =>
                decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount)
                && amount <= 1_000);

    /// <summary>A setting that takes any text.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its default.</param>
    /// <param name="expected">What it takes.</param>
    /// <param name="meaning">What it does.</param>
    /// <param name="accepts">The rule for a given text.</param>
    public static Setting<string> Text(
        string name, string value, string expected, string meaning, Func<string, bool>? accepts = null) =>
        new(
            name,
            value,
            value.Length == 0 ? "none" : value,
            expected,
            meaning,
            (string text, out string taken) =>
            {
                taken = text;
                return text.Length > 0 && accepts?.Invoke(text) != false;
            });

    /// <summary>A setting that is on or off.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its default.</param>
    /// <param name="meaning">What it does.</param>
    public static Setting<bool> Switch(string name, bool value, string meaning) =>
        new(
            name,
            value,
            value ? "true" : "false",
            "true or false",
            meaning,
            static (string text, out bool taken) => bool.TryParse(text, out taken));

    /// <summary>A setting that takes one of a few words.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its default, one of the names of <typeparamref name="T"/>.</param>
    /// <param name="meaning">What it does.</param>
    public static Setting<T> Choice<T>(string name, T value, string meaning)
        where T : struct, Enum =>
        new(
            name,
            value,
            value.ToString().ToLowerInvariant(),
            "one of " + string.Join(", ", Enum.GetNames<T>().Select(static word => word.ToLowerInvariant())),
            meaning,
            static (string text, out T taken) =>
                Enum.TryParse(text, ignoreCase: true, out taken)
                && Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase));

    /// <summary>Whether a text is something this setting takes.</summary>
    public abstract bool Accepts(string text);
}
