namespace Serverless.Functions.Api.Native.Read;

/// <summary>How keys and values are written into JSON.</summary>
internal enum ValueForm
{
    /// <summary>
    /// JSON where the bytes are a JSON object, array, number or truth value that stands on one line; else text where
    /// they are valid UTF-8; else base64. Nothing is lost: a produce of what was read stores the same bytes.
    /// </summary>
    Auto,

    /// <summary>
    /// JSON where the bytes are a JSON document of any kind, re-written on one line where needed; else base64.
    /// </summary>
    Json,

    /// <summary>Text where the bytes are valid UTF-8, else base64.</summary>
    Text,

    /// <summary>Base64 always.</summary>
    Base64,
}
