using CsCheck;
using Serverless.Functions.Api.CloudEvents;

namespace Serverless.Functions.Tests.CloudEvents;

public sealed class HeaderTextTests
{
    [Fact]
    public void Whatever_is_encoded_is_visible_ascii_and_decodes_to_itself() =>
        EventsUnderTest.Text.Sample(static text =>
        {
            var encoded = HeaderText.Encode(text);

            Assert.DoesNotContain(encoded, static c => c is < '!' or > '~' or '"');
            Assert.Equal(text, HeaderText.Decode(encoded));
        });

    [Theory]
    [InlineData("Euro € 😀", "Euro%20%E2%82%AC%20%F0%9F%98%80")]
    [InlineData("a%41\"", "a%2541%22")]
    [InlineData("/a:b?c=d", "/a:b?c=d")]
    public void Text_is_encoded_as_the_binding_says(string text, string expected) =>
        Assert.Equal(expected, HeaderText.Encode(text));

    [Theory]
    [InlineData("%e2%82%ac", "€")]
    [InlineData("%61b", "ab")]
    [InlineData("%2541", "%41")]
    [InlineData("a b", "a b")]
    [InlineData("\"a \\\"b\\\\\"", "a \"b\\")]
    [InlineData("\"%41\"", "A")]
    [InlineData("", "")]
    public void What_other_clients_send_is_decoded(string value, string expected) =>
        Assert.Equal(expected, HeaderText.Decode(value));

    [Theory]
    [InlineData("%")]
    [InlineData("%4")]
    [InlineData("%zz")]
    [InlineData("%+1")]
    [InlineData("%C0%A0")]
    [InlineData("%E2%82")]
    [InlineData("\"a")]
    [InlineData("\"a\"b")]
    [InlineData("\"a\\")]
    public void What_is_no_encoding_of_text_is_not_decoded(string value) => Assert.Null(HeaderText.Decode(value));
}
