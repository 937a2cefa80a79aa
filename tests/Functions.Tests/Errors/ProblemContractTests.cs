using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Tests.Errors;

public sealed class ProblemContractTests
{
    public static TheoryData<ProblemCode> Codes => [.. Enum.GetValues<ProblemCode>()];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_code_has_a_rule_with_a_name_an_error_status_and_a_title(ProblemCode code)
    {
        var rule = ProblemRules.Of(code);

        Assert.Matches("^[A-Z]+(_[A-Z]+)*$", rule.Name);
        Assert.InRange(rule.Status, 400, 599);
        Assert.EndsWith(".", rule.Title);
    }

    [Fact]
    public void No_two_codes_share_a_name() =>
        Assert.Distinct(Enum.GetValues<ProblemCode>().Select(code => ProblemRules.Of(code).Name));

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_client_error_changes_nothing(ProblemCode code)
    {
        var rule = ProblemRules.Of(code);

        Assert.True(rule.Status >= 500 || rule.SideEffects == SideEffects.None);
    }

    [Theory]
    [InlineData(ProblemCode.Throttled, 429, true, SideEffects.None)]
    [InlineData(ProblemCode.StorageUnavailable, 503, true, SideEffects.None)]
    [InlineData(ProblemCode.IssuerUnavailable, 503, true, SideEffects.None)]
    [InlineData(ProblemCode.OutcomeUnknown, 503, true, SideEffects.Possible)]
    [InlineData(ProblemCode.Internal, 500, false, SideEffects.Possible)]
    [InlineData(ProblemCode.OffsetOutOfRange, 416, false, SideEffects.None)]
    [InlineData(ProblemCode.UnknownTopicOrPartition, 404, false, SideEffects.None)]
    public void What_a_client_may_do_after_a_failure_is_fixed(
        ProblemCode code, int status, bool retryable, SideEffects effects)
    {
        var rule = ProblemRules.Of(code);

        Assert.Equal((status, retryable, effects), (rule.Status, rule.Retryable, rule.SideEffects));
    }
}
