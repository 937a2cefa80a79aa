namespace Serverless.Functions.Tests.Host;

public sealed class SettingSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("serverless-settings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_command_line_is_stronger_than_the_environment() =>
        Assert.Equal(2, Lease([("Serverless__LeaseMs", "1000")], "--lease-ms", "2000"));

    [Fact]
    public void The_environment_is_stronger_than_the_config_file()
    {
        Write("node.json", """{"Serverless": {"LeaseMs": 1000}}""");

        Assert.Equal(2, Lease([("Serverless__LeaseMs", "2000")], "--config", "node.json"));
    }

    [Fact]
    public void The_config_file_is_stronger_than_local_settings()
    {
        Write("node.json", """{"Serverless": {"LeaseMs": 2000}}""");
        Write("local.settings.json", """{"IsEncrypted": false, "Values": {"Serverless__LeaseMs": "1000"}}""");

        Assert.Equal(2, Lease([], "--config", "node.json"));
    }

    [Fact]
    public void Local_settings_are_stronger_than_the_defaults()
    {
        Write("local.settings.json", """{"IsEncrypted": false, "Values": {"Serverless__LeaseMs": "2000"}}""");

        Assert.Equal(2, Lease([]));
    }

    [Fact]
    public void A_variable_can_name_the_config_file()
    {
        Write("node.json", """{"Serverless": {"LeaseMs": 2000}}""");

        Assert.Equal(2, Lease([("Serverless__Config", "node.json")]));
    }

    [Fact]
    public void A_variable_counts_in_any_letter_case() =>
        Assert.Equal(2, Lease([("SERVERLESS__LEASEMS", "2000")]));

    [Fact]
    public void A_value_with_an_equals_sign_or_a_minus_is_taken_as_it_is()
    {
        var settings = SettingsUnderTest.Good(
            "--retention-bytes", "-1", "--storage=azure", "--connection=UseDevelopmentStorage=true");

        Assert.Equal("-1", settings.Topics.ConfigDefaults["retention.bytes"]);
        Assert.Equal("UseDevelopmentStorage=true", settings.Storage.Connection);
    }

    [Fact]
    public void The_port_of_the_functions_host_decides_where_its_handler_listens()
    {
        var settings = SettingsUnderTest.Good(
            _folder, [("FUNCTIONS_CUSTOMHANDLER_PORT", "41234"), ("Serverless__Urls", "http://127.0.0.1:1")]);

        Assert.Equal(["http://127.0.0.1:41234"], settings.Urls);
        Assert.True(settings.BehindFunctionsHost);
    }

    [Fact]
    public void A_bad_value_is_named_as_its_source_spells_it()
    {
        Write("node.json", """{"Serverless": {"LeaseMs": "soon"}}""");

        Assert.StartsWith("Serverless:LeaseMs in node.json is 'soon'; it must be ", SettingsUnderTest.Problem(
            _folder, [], "--config", "node.json"), StringComparison.Ordinal);
        Assert.StartsWith("Serverless__LeaseMs is 'soon'; it must be ", SettingsUnderTest.Problem(
            _folder, [("Serverless__LeaseMs", "soon")]), StringComparison.Ordinal);
        Assert.StartsWith("--lease-ms is 'soon'; it must be ", SettingsUnderTest.Problem(
            _folder, [], "--lease-ms", "soon"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_no_setting_is_refused_wherever_it_stands()
    {
        Write("node.json", """{"Serverless": {"LeaseSeconds": 5}}""");

        Assert.StartsWith("Serverless:LeaseSeconds in node.json is not a setting", SettingsUnderTest.Problem(
            _folder, [], "--config", "node.json"), StringComparison.Ordinal);
        Assert.StartsWith("Serverless__LEASESECONDS is not a setting", SettingsUnderTest.Problem(
            _folder, [("SERVERLESS__LEASESECONDS", "5")]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_config_file_that_is_absent_or_broken_is_refused()
    {
        Write("broken.json", "{");

        Assert.StartsWith("The settings file absent.json cannot be read: ", SettingsUnderTest.Problem(
            _folder, [], "--config", "absent.json"), StringComparison.Ordinal);
        Assert.StartsWith("The settings file broken.json is not valid JSON: ", SettingsUnderTest.Problem(
            _folder, [], "--config", "broken.json"), StringComparison.Ordinal);
    }

    private void Write(string name, string json) => File.WriteAllText(Path.Combine(_folder, name), json);

    private double Lease((string Name, string Value)[] variables, params string[] arguments) =>
        SettingsUnderTest.Good(_folder, variables, arguments).Log.LeaseDuration.TotalSeconds;
}
