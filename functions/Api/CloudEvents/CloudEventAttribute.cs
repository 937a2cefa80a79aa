namespace Serverless.Functions.Api.CloudEvents;

/// <summary>A context attribute of an event: one of CloudEvents' own, or an extension.</summary>
/// <param name="Name">Lower-case letters and digits of ASCII, at least one, and not <c>data</c>.</param>
/// <param name="Text">The value in its canonical text (CloudEvents 1.0.2, type system).</param>
/// <param name="Kind">
/// What the text stands for. Only JSON knows more than text: an extension that came in a header is text.
/// </param>
internal readonly record struct CloudEventAttribute(
    string Name, string Text, CloudEventAttributeKind Kind = CloudEventAttributeKind.Text);
