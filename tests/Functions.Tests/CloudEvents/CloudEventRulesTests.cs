using Serverless.Functions.Api.CloudEvents;

namespace Serverless.Functions.Tests.CloudEvents;

public sealed class CloudEventRulesTests
{
    private static readonly CloudEventAttribute[] Least =
        [new("specversion", "1.0"), new("id", "1"), new("source", "/s"), new("type", "t")];

    [Theory]
    [InlineData("specversion")]
    [InlineData("id")]
    [InlineData("source")]
    [InlineData("type")]
    public void An_event_without_a_required_attribute_is_refused(string name) =>
        Assert.Equal(
            $"the attribute '{name}' is missing; an event has specversion, id, source and type.",
            CloudEventRules.Check([.. Least.Where(attribute => attribute.Name != name)]));

    [Theory]
    [InlineData("Subject", "the attribute 'Subject' has a name of other characters than a to z and 0 to 9.")]
    [InlineData("my_ext", "the attribute 'my_ext' has a name of other characters than a to z and 0 to 9.")]
    [InlineData("naïve", "the attribute 'naïve' has a name of other characters than a to z and 0 to 9.")]
    [InlineData("", "the attribute '' has a name of other characters than a to z and 0 to 9.")]
    [InlineData("data", "'data' is no attribute's name.")]
    public void A_name_that_is_none_is_refused(string name, string expected) =>
        Assert.Equal(expected, CloudEventRules.Check([.. Least, new(name, "x")]));

    [Theory]
    [InlineData("specversion", "0.3", "\"1.0\".")]
    [InlineData("id", "", "a string that is not empty.")]
    [InlineData("type", "", "a string that is not empty.")]
    [InlineData("subject", "", "a string that is not empty.")]
    [InlineData("time", "yesterday", "a time of RFC 3339, like 2026-01-31T12:00:00Z.")]
    [InlineData("dataschema", "/relative", "a URI (RFC 3986), like https://example.com/schemas/order.")]
    [InlineData("datacontenttype", "json", "a media type (RFC 2046), like application/json.")]
    [InlineData("datacontenttype", "text/*", "a media type (RFC 2046), like application/json.")]
    [InlineData("x", "a\nb", "text without control characters and other code points that stand for no character.")]
    [InlineData("x", "\uFFFE", "text without control characters and other code points that stand for no character.")]
    [InlineData("x", "\uFDD0", "text without control characters and other code points that stand for no character.")]
    [InlineData("x", "\u0085", "text without control characters and other code points that stand for no character.")]
    public void A_value_that_does_not_fit_is_told_beside_what_would(string name, string text, string expected) =>
        Assert.Equal(
            $"the attribute '{name}' is '{text}'; it is {expected}",
            CloudEventRules.Check([.. Least.Where(attribute => attribute.Name != name), new(name, text)]));

    [Fact]
    public void An_own_attribute_of_cloudevents_is_a_string() =>
        Assert.Equal(
            "the attribute 'subject' is '5'; it is a string that is not empty.",
            CloudEventRules.Check([.. Least, new("subject", "5", CloudEventAttributeKind.Integer)]));

    [Theory]
    [InlineData("https://github.com/cloudevents")]
    [InlineData("mailto:cncf-wg-serverless@lists.cncf.io")]
    [InlineData("urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66")]
    [InlineData("/cloudevents/spec/pull/123")]
    [InlineData("1-555-123-4567")]
    [InlineData("//host/path?query=%C3%A9#fragment")]
    [InlineData("http://user@[2001:db8::1]:80/")]
    [InlineData("./a:b")]
    [InlineData("?a")]
    [InlineData("#a")]
    public void A_uri_reference_is_one(string text) => Assert.True(UriReference.IsValid(text));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("/küche")]
    [InlineData("/a%2")]
    [InlineData("/a%zz")]
    [InlineData("1a:b")]
    [InlineData(":b")]
    [InlineData("/a#b#c")]
    [InlineData("/a[1]")]
    [InlineData("http://[::1")]
    [InlineData("http://[::1]]")]
    [InlineData("http://a]b/")]
    [InlineData("http://[a@b/")]
    [InlineData("http://[[::1]/")]
    [InlineData("/a\"b")]
    [InlineData("/a\\b")]
    public void What_is_no_uri_reference_is_none(string text) => Assert.False(UriReference.IsValid(text));

    [Theory]
    [InlineData("2018-04-05T17:31:00Z")]
    [InlineData("2018-04-05t17:31:00z")]
    [InlineData("2018-04-05T17:31:00.123456789012+02:00")]
    [InlineData("2016-12-31T23:59:60Z")]
    [InlineData("2024-02-29T00:00:00-23:59")]
    [InlineData("0000-02-29T00:00:00Z")]
    public void A_time_of_rfc_3339_is_one(string text) => Assert.True(Rfc3339.IsTimestamp(text));

    [Theory]
    [InlineData("")]
    [InlineData("2018-04-05T17:31:00")]
    [InlineData("2018-04-05 17:31:00Z")]
    [InlineData("2018-04-05T17:31:00.Z")]
    [InlineData("2018-04-05T17:31:00.1")]
    [InlineData("2018-04-05T17:31:61Z")]
    [InlineData("2018-04-05T17:60:00Z")]
    [InlineData("2018-04-05T24:00:00Z")]
    [InlineData("2018-04-31T00:00:00Z")]
    [InlineData("2023-02-29T00:00:00Z")]
    [InlineData("2018-13-01T00:00:00Z")]
    [InlineData("2018-00-01T00:00:00Z")]
    [InlineData("2018-01-00T00:00:00Z")]
    [InlineData("2018-04-05T17:31:00+24:00")]
    [InlineData("2018-04-05T17:31:00+00:60")]
    [InlineData("2018-04-05T17:31:00+0000")]
    [InlineData("2018-04-05T17:31:00ZZ")]
    public void What_is_no_time_of_rfc_3339_is_none(string text) => Assert.False(Rfc3339.IsTimestamp(text));
}
