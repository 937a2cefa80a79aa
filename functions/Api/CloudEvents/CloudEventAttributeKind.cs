namespace Serverless.Functions.Api.CloudEvents;

/// <summary>How JSON writes an attribute's value.</summary>
internal enum CloudEventAttributeKind
{
    /// <summary>A string: CloudEvents' String, Binary, URI, URI-reference and Timestamp.</summary>
    Text,

    /// <summary>A number without fraction and exponent, from -2147483648 to 2147483647.</summary>
    Integer,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,
}
