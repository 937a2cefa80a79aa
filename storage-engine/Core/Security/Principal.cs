using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Serverless.StorageEngine.Security;

/// <summary>Who asks: Kafka's <c>User:NAME</c>. Two principals are the same when every character is.</summary>
/// <remarks>
/// A name is 1 to <see cref="NameLengthMax"/> characters of printable ASCII, so that none looks like another one;
/// without
/// <c>/ \ % ? #</c>, which do not survive a path, and without a space at either end. <c>*</c> stands for everybody in
/// an
/// <see cref="Acl"/> and is nobody's name.
/// </remarks>
public readonly record struct Principal
{
    /// <summary>The longest name, in characters.</summary>
    public const int NameLengthMax = 200;

    /// <summary>What stands in front of a name; Kafka knows no other type by default.</summary>
    public const string Prefix = "User:";

    private const string Wildcard = "*";

    private static readonly SearchValues<char> Allowed = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~@+=,!$&'\"()*;:|<>[]{}^` ");

    private Principal(string name) => Name = name;

    /// <summary>Whoever says nothing about himself, where that is allowed: Kafka's name for it.</summary>
    public static Principal Anonymous { get; } = new("ANONYMOUS");

    /// <summary>Everybody, as an <see cref="Acl"/> names them.</summary>
    public static Principal Everybody { get; } = new(Wildcard);

    /// <summary>The name without its type.</summary>
    public string Name { get; }

    /// <summary>Whether a person or program can be this principal by showing something, such as a key.</summary>
    public bool CanLogIn => this != Everybody && this != Anonymous;

    /// <summary>Takes a name without its type, such as a claim of a token.</summary>
    /// <param name="name">Any text.</param>
    /// <param name="principal">The principal, when the result is true.</param>
    /// <param name="problem">One sentence about the broken rule, when the result is false.</param>
    public static bool TryName(string? name, out Principal principal, [NotNullWhen(false)] out string? problem)
    {
        problem = name switch
        {
            null or "" => "the name is empty",
            { Length: > NameLengthMax } => $"the name is longer than {NameLengthMax} characters",
            _ when name[0] == ' ' || name[^1] == ' ' => "the name begins or ends with a space",
            _ when name.AsSpan().ContainsAnyExcept(Allowed) =>
                "the name holds a character that is not printable ASCII, or one of / \\ % ? #",
            _ => null,
        };
        principal = problem is null ? new Principal(name!) : default;
        return problem is null;
    }

    /// <summary>Takes <c>User:NAME</c>, or <c>User:*</c> for everybody.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="principal">The principal, when the result is true.</param>
    /// <param name="problem">One sentence about the broken rule, when the result is false.</param>
    public static bool TryParse(string? text, out Principal principal, [NotNullWhen(false)] out string? problem)
    {
        if (text is not null && text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return TryName(text[Prefix.Length..], out principal, out problem);
        }

        (principal, problem) = (default, $"it must be like {Prefix}alice");
        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => Prefix + Name;
}
