namespace Serverless.Functions.Api.Bodies;

/// <summary>
/// Which members of a JSON object have come. One that comes twice is refused, since readers disagree about which of the
/// two counts (RFC 8259, section 4).
/// </summary>
internal struct MembersSeen
{
    private uint _bits;

    /// <summary>Notes a member.</summary>
    /// <param name="member">Its number, from 0 to 31.</param>
    /// <returns>Whether it was there already.</returns>
    public bool Again(int member)
    {
        var before = _bits;
        _bits |= 1u << member;
        return _bits == before;
    }

    /// <summary>What is said of a member that comes twice, as a sentence that goes on after a position.</summary>
    /// <param name="name">Its name, a known one.</param>
    public static string Twice(string name) => $"the member '{name}' is there twice.";
}
