using Acme.Registry.Download;

namespace Acme.Registry.Tests.Download;

public sealed class RangeRequestTests
{
    private const string ETag = "\"v1\"";

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=0-499", 0, 500)]
    [InlineData("bytes=500-999", 500, 500)]
    [InlineData("bytes=500-", 500, 500)]
    [InlineData("bytes=999-5000", 999, 1)]
    [InlineData("bytes=-1", 999, 1)]
    [InlineData("bytes=-500", 500, 500)]
    [InlineData("bytes=-5000", 0, 1000)]
    [InlineData("Bytes= 1-2 ", 1, 2)]
    [InlineData("bytes=0-99999999999999999999999", 0, 1000)]
    public void One_range_is_answered_as_such(string range, long offset, long length) =>
        Assert.Equal(new(RangeOutcome.Partial, offset, length), RangeRequest.Evaluate(range, null, ETag, 1000));

    [Theory]
    [InlineData("bytes=1000-")]
    [InlineData("bytes=1000-1001")]
    [InlineData("bytes=-0")]
    [InlineData("bytes=99999999999999999999999-")]
    public void A_range_behind_the_end_cannot_be_satisfied(string range) =>
        Assert.Equal(RangeOutcome.Unsatisfiable, RangeRequest.Evaluate(range, null, ETag, 1000).Outcome);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    [InlineData("bytes=5")]
    [InlineData("bytes=5-4")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=1-b")]
    [InlineData("bytes=a-1")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes=1-2-3")]
    [InlineData("bytes=--1")]
    [InlineData("bytes=0x1-2")]
    [InlineData("bytes=\u0661-\u0662")]
    [InlineData("bytes=0-1,5-6")]
    [InlineData("items=0-1")]
    [InlineData("0-1")]
    public void Anything_else_is_answered_with_the_whole(string? range) =>
        Assert.Equal(new(RangeOutcome.Whole, 0, 1000), RangeRequest.Evaluate(range, null, ETag, 1000));

    [Theory]
    [InlineData(null, RangeOutcome.Partial)]
    [InlineData("\"v1\"", RangeOutcome.Partial)]
    [InlineData(" \"v1\" ", RangeOutcome.Partial)]
    [InlineData("\"v2\"", RangeOutcome.Whole)]
    [InlineData("\"V1\"", RangeOutcome.Whole)]
    [InlineData("W/\"v1\"", RangeOutcome.Whole)]
    [InlineData("v1", RangeOutcome.Whole)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", RangeOutcome.Whole)]
    public void The_range_stands_only_if_the_representation_is_still_the_same(string? ifRange, RangeOutcome expected) =>
        Assert.Equal(expected, RangeRequest.Evaluate("bytes=0-1", ifRange, ETag, 1000).Outcome);

    [Theory]
    [InlineData("bytes=0-0")]
    [InlineData("bytes=0-")]
    [InlineData("bytes=-1")]
    public void Nothing_has_no_ranges(string range) =>
        Assert.Equal(RangeOutcome.Unsatisfiable, RangeRequest.Evaluate(range, null, ETag, 0).Outcome);

    [Fact]
    public void A_changed_representation_is_sent_whole_even_where_the_range_could_not_be_satisfied() =>
        Assert.Equal(RangeOutcome.Whole, RangeRequest.Evaluate("bytes=5000-", "\"v0\"", ETag, 1000).Outcome);
}
