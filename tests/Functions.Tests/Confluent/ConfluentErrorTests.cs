using Serverless.Functions.Api.Confluent;
using Serverless.Functions.Api.Errors;

namespace Serverless.Functions.Tests.Confluent;

public sealed class ConfluentErrorTests
{
    public static TheoryData<ProblemCode> Problems => [.. Enum.GetValues<ProblemCode>()];

    [Theory]
    [InlineData(400, 400)]
    [InlineData(422, 40001)]
    [InlineData(400, 40002)]
    [InlineData(404, 40403)]
    [InlineData(406, 40601)]
    [InlineData(408, 40801)]
    [InlineData(409, 40902)]
    [InlineData(422, 42208)]
    [InlineData(429, 42901)]
    [InlineData(500, 50003)]
    [InlineData(503, 50302)]
    public void The_status_of_a_code_is_its_first_three_digits_but_for_40001(int status, int code) =>
        Assert.Equal(status, ConfluentError.StatusOf((ConfluentErrorCode)code));

    [Theory]
    [MemberData(nameof(Problems))]
    public void Every_problem_has_a_code_that_Confluents_clients_know_and_the_class_of_its_own_status(ProblemCode code)
    {
        var error = ConfluentError.Of(new Problem(code, "Why."));

        Assert.True(Enum.IsDefined(error.Code), $"{(int)error.Code} is not one of Confluent's codes.");
        Assert.Equal(ProblemRules.Of(code).Status / 100, error.Status / 100);
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/topics/a", true)]
    [InlineData("/consumers", true)]
    [InlineData("/v3/clusters", true)]
    [InlineData("/kafka/v3/clusters", true)]
    [InlineData("/topicsandmore", false)]
    [InlineData("/api/v1/topics/a", false)]
    [InlineData("/health/live", false)]
    public void Confluents_paths_answer_in_Confluents_shape(string path, bool covered) =>
        Assert.Equal(covered, new ConfluentErrorFormat().Covers(path));
}
