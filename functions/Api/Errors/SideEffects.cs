namespace Serverless.Functions.Api.Errors;

/// <summary>
/// What a failed request may have changed: a client that knows it can retry without fear of duplicates.
/// </summary>
public enum SideEffects
{
    /// <summary>Nothing was changed, and nothing will be.</summary>
    None,

    /// <summary>Something may have been changed, or may still be.</summary>
    Possible,

    /// <summary>A part of the request took effect and stays; the answer says which.</summary>
    Applied,
}
