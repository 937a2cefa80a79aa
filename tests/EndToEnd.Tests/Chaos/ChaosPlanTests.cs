namespace Serverless.EndToEnd.Tests.Chaos;

public sealed class ChaosPlanTests
{
    [Fact]
    public void Seed_and_acts_are_those_of_the_variables()
    {
        var plan = Read(("CHAOS_SEED", "13"), ("CHAOS_ACTS", "200"));

        Assert.Equal(new ChaosPlan(13, 200), plan);
    }

    [Fact]
    public void Without_variables_a_seed_is_drawn_for_a_short_run()
    {
        var plan = Read(("CHAOS_ACTS", ""));

        Assert.Equal(new ChaosPlan(new Random(1).Next(1_000_000), 6), plan);
    }

    [Theory]
    [InlineData("CHAOS_SEED", "many", "CHAOS_SEED is 'many'; it is a number from 0 to 2147483647.")]
    [InlineData("CHAOS_ACTS", "6.5", "CHAOS_ACTS is '6.5'; it is a number from 1 to 2147483647.")]
    [InlineData("CHAOS_ACTS", "0", "CHAOS_ACTS is '0'; it is a number from 1 to 2147483647.")]
    public void What_is_no_number_is_named_with_what_would_be_right(string variable, string value, string expected)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Read((variable, value)));

        Assert.Equal(expected, exception.Message);
    }

    private static ChaosPlan Read(params (string Name, string Value)[] variables) => ChaosPlan.Read(
        name => Array.Find(variables, variable => variable.Name == name).Value, new Random(1));
}
