using CsCheck;
using Microsoft.AspNetCore.Http;
using Serverless.Functions.Api.CloudEvents;

namespace Serverless.Functions.Tests.CloudEvents;

public sealed class EventHeadersTests
{
    [Fact]
    public void Whatever_is_written_to_headers_is_read_back_the_same() =>
        EventsUnderTest.Any.Sample(static written =>
        {
            var headers = new HeaderDictionary();
            Assert.True(EventHeaders.TryWrite(headers, written));

            var data = written.Data.GetValueOrDefault();
            Assert.Null(EventHeaders.Read(headers, data, EventsUnderTest.AttributesMax, out var read));
            EventsUnderTest.AssertSame(
                data.IsEmpty ? EventsUnderTest.WithoutData(written) : written, read);
        });

    [Fact]
    public void A_header_that_is_there_twice_is_refused()
    {
        var headers = new HeaderDictionary { ["ce-id"] = new(["1", "2"]) };

        Assert.Equal(
            "the header 'ce-id' is there 2 times; one is expected.",
            EventHeaders.Read(headers, default, EventsUnderTest.AttributesMax, out _));
    }

    [Fact]
    public void No_more_headers_are_read_than_attributes_are_allowed()
    {
        var headers = new HeaderDictionary { ["ce-id"] = "1", ["ce-type"] = "t" };

        Assert.Equal("the event has more than 1 attributes.", EventHeaders.Read(headers, default, 1, out _));
    }
}
