namespace Serverless.Functions.Api.V3;

/// <summary>
/// What a route of v3 may answer with, where that is more than JSON; stands at the route as metadata.
/// </summary>
/// <param name="Types">The media types.</param>
internal sealed record AnswerMediaTypes(params string[] Types);
