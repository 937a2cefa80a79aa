namespace Serverless.Functions.Host.Settings;

/// <summary>A setting together with the type of its value.</summary>
/// <typeparam name="T">The type that the node works with.</typeparam>
internal sealed class Setting<T> : Setting
{
    private readonly Parser _parser;

    /// <summary>Names a setting and says how its text is read.</summary>
    public Setting(string name, T value, string defaultText, string expected, string meaning, Parser parser)
        : base(name, defaultText, expected, meaning)
    {
        Default = value;
        _parser = parser;
    }

    /// <summary>Reads a value; false when the text is not one that the setting takes.</summary>
    internal delegate bool Parser(string text, out T value);

    /// <summary>The value when nobody sets it.</summary>
    public T Default { get; }

    /// <summary>Reads a value; false when the text is not one that this setting takes.</summary>
    public bool TryParse(string text, out T value) => _parser(text, out value);

    /// <inheritdoc/>
    public override bool Accepts(string text) => TryParse(text, out _);
}
