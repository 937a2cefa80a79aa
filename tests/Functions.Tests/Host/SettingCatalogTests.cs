using Serverless.Functions.Api;
using Serverless.Functions.Host.Settings;
using Serverless.StorageEngine.Groups;
using Serverless.StorageEngine.Log;
using Serverless.StorageEngine.Topics;

namespace Serverless.Functions.Tests.Host;

public sealed class SettingCatalogTests
{
    public static TheoryData<string> Names { get; } = new(SettingCatalog.All.Select(static setting => setting.Name));

    [Fact]
    public void No_two_settings_share_a_name() =>
        Assert.Distinct(SettingCatalog.All.Select(static setting => setting.Key), StringComparer.OrdinalIgnoreCase);

    [Fact]
    public void The_help_text_names_every_setting_with_what_it_takes_and_its_default()
    {
        var output = new StringWriter();

        HelpText.Write(output);

        Assert.All(SettingCatalog.All, setting =>
        {
            Assert.Contains($"  {setting.Option} ", output.ToString(), StringComparison.Ordinal);
            Assert.Contains(
                $"takes {setting.Expected}; default: {setting.DefaultText}",
                output.ToString(),
                StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_setting_refuses_a_text_that_nothing_takes(string name)
    {
        var setting = SettingCatalog.All.Single(setting => setting.Name == name);

        Assert.False(setting.Accepts(""));
    }

    [Fact]
    public void Every_limit_of_the_endpoints_and_of_the_engine_is_a_setting()
    {
        // The defaults of topics are a dictionary, and settings of their own; the accounts are those of the storage.
        var engine =
            typeof(EventLogSettings).GetProperties().Length + typeof(TopicCatalogSettings).GetProperties().Length - 2;

        Assert.Equal(typeof(ApiSettings).GetProperties().Length, EndpointSettings.All.Count);
        Assert.Equal(engine, EngineSettings.All.Count);
        Assert.Equal(typeof(GroupSettings).GetProperties().Length, ConsumerSettings.All.Count);
        Assert.Equal(TopicConfigDefinitions.All.Count(static d => !d.IsReadOnly), TopicSettings.All.Count);
    }

    [Fact]
    public void Without_arguments_every_limit_has_the_default_of_its_owner()
    {
        var settings = SettingsUnderTest.Good();

        Assert.Equal(new ApiSettings(), settings.Api);
        Assert.Equal(new EventLogSettings { CloseTimeout = TimeSpan.FromSeconds(1) }, settings.Log);
        Assert.Equal(new GroupSettings(), settings.Groups);
        Assert.Empty(settings.Topics.ConfigDefaults);
        Assert.Equal(["http://127.0.0.1:7071"], settings.Urls);
        Assert.Equal(Path.GetFullPath(".data"), settings.Storage.Data);
    }

    [Fact]
    public void Paid_appends_are_spaced_by_default_on_azure_only()
    {
        var azure = SettingsUnderTest.Good("--storage", "azure", "--connection", "UseDevelopmentStorage=true");

        Assert.Equal("250", azure.Topics.ConfigDefaults["append.interval.ms"]);
        Assert.False(SettingsUnderTest.Good().Topics.ConfigDefaults.ContainsKey("append.interval.ms"));
    }

    [Theory]
    [InlineData("--lease-ms", "999")]
    [InlineData("--lease-ms", "600001")]
    [InlineData("--lease-ms", "1e4")]
    [InlineData("--storage", "disk")]
    [InlineData("--storage", "1")]
    [InlineData("--urls", "https://127.0.0.1:7071")]
    [InlineData("--urls", "http://127.0.0.1:70710")]
    [InlineData("--urls", "http://localhost:0")]
    [InlineData("--urls", "http://127.0.0.1:7071/base")]
    [InlineData("--urls", "http://some.name:7071")]
    [InlineData("--urls", "127.0.0.1:7071")]
    [InlineData("--urls", ";")]
    [InlineData("--container", "UPPER")]
    [InlineData("--table", "1table")]
    [InlineData("--cleanup-policy", "archive")]
    [InlineData("--cleanup-policy", "compact;delete")]
    [InlineData("--min-cleanable-dirty-ratio", "1.5")]
    [InlineData("--remote-storage-enable", "yes")]
    [InlineData("--segment-bytes", "1")]
    public void A_value_out_of_bounds_is_refused_by_name_value_and_what_would_be_right(string option, string value)
    {
        var expected = SettingCatalog.All.Single(setting => setting.Option == option).Expected;

        Assert.Equal($"{option} is '{value}'; it must be {expected}.", SettingsUnderTest.Problem(option, value));
    }

    [Theory]
    [InlineData("http://127.0.0.1:7071")]
    [InlineData("http://0.0.0.0:0;http://[::1]:8080")]
    [InlineData("http://localhost:7071")]
    [InlineData("http://*:80")]
    public void Addresses_that_the_server_can_listen_on_are_taken(string urls) =>
        Assert.Equal(urls.Split(';'), SettingsUnderTest.Good("--urls", urls).Urls);

    [Fact]
    public void An_account_without_azure_storage_is_refused() =>
        Assert.Contains("it must be 'azure'", SettingsUnderTest.Problem(
            "--connection", "UseDevelopmentStorage=true"), StringComparison.Ordinal);

    [Fact]
    public void Azure_storage_without_an_account_is_refused() =>
        Assert.Contains("--connection must be set", SettingsUnderTest.Problem(
            "--storage", "azure"), StringComparison.Ordinal);

    [Theory]
    [InlineData("garbage", "part 1 is not of the form Name=value")]
    [InlineData("AccountName=a;c2VjcmV0", "part 2 is not of the form Name=value")]
    [InlineData("AccountKey=c2VjcmV0", "AccountName is missing")]
    [InlineData("AccountName=;AccountKey=c2VjcmV0", "AccountName is missing")]
    [InlineData("AccountName=a", "AccountKey is missing")]
    [InlineData("AccountName=a;AccountKey=secret!", "AccountKey is not base64")]
    [InlineData("BlobEndpoint=https://a/;SharedAccessSignature=c2VjcmV0", "TableEndpoint is missing")]
    [InlineData("TableEndpoint=https://a/;SharedAccessSignature=c2VjcmV0", "BlobEndpoint is missing")]
    [InlineData("UseDevelopmentStorage=yes", "UseDevelopmentStorage is not true")]
    public void A_connection_string_that_cannot_be_right_is_one_sentence_without_the_key(string text, string wrong)
    {
        var problem = SettingsUnderTest.Problem("--storage", "azure", "--connection", text);

        Assert.StartsWith("--connection is no connection string", problem, StringComparison.Ordinal);
        Assert.Contains(wrong, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UseDevelopmentStorage=true")]
    [InlineData("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://127.0.0.1")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=a;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net;")]
    [InlineData("accountname=a;sharedaccesssignature=sv=1&sig=x")]
    [InlineData("BlobEndpoint=https://a/;TableEndpoint=https://b/;SharedAccessSignature=sv=1&sig=x")]
    public void A_connection_string_of_every_form_is_taken(string text) =>
        Assert.Equal(text, SettingsUnderTest.Good("--storage", "azure", "--connection", text).Storage.Connection);

    [Fact]
    public void Azure_storage_with_one_of_two_addresses_is_refused() =>
        Assert.Contains("only one of them is set", SettingsUnderTest.Problem(
            "--storage", "azure", "--blob-service-uri", "https://a.blob.core.windows.net"), StringComparison.Ordinal);

    [Theory]
    [InlineData("--page-records-max 5", "PageRecordsDefault is 500 and PageRecordsMax is 5")]
    [InlineData("--page-bytes-max 2000 --page-bytes-default 3000", "PageBytesDefault is 3000 and PageBytesMax is 2000")]
    [InlineData(
        "--min-compaction-lag-ms 20 --max-compaction-lag-ms 10",
        "--min-compaction-lag-ms is 20 and --max-compaction-lag-ms is 10")]
    [InlineData(
        "--local-retention-ms 2000 --retention-ms 1000", "--local-retention-ms is 2000 and --retention-ms is 1000")]
    public void Settings_that_contradict_each_other_are_refused_with_both_named(string arguments, string problem) =>
        Assert.StartsWith(problem, SettingsUnderTest.Problem(arguments.Split(' ')), StringComparison.Ordinal);

    [Fact]
    public void A_contradiction_names_settings_as_they_were_spelled() => Assert.StartsWith(
        "Serverless__MinCompactionLagMs is 20 and --max-compaction-lag-ms is 10",
        SettingsUnderTest.Problem(
            Path.GetTempPath(), [("Serverless__MinCompactionLagMs", "20")], "--max-compaction-lag-ms", "10"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("--segment-bytes 30000 --retention-bytes 20000", "--segment-bytes is 30000 and --retention-bytes is 20000")]
    [InlineData(
        "--pending-bytes-max 3000000 --pending-bytes-total-max 2000000",
        "--pending-bytes-max is 3000000 and --pending-bytes-total-max is 2000000")]
    public void What_kafka_allows_and_is_odd_is_a_warning(string arguments, string warning) =>
        Assert.StartsWith(
            warning, Assert.Single(SettingsUnderTest.Good(arguments.Split(' ')).Warnings), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("--retention-ms 1000")]
    [InlineData("--retention-bytes 2000")]
    [InlineData("--retention-ms -1 --local-retention-ms 5")]
    [InlineData("--retention-ms 1000 --local-retention-ms -2")]
    [InlineData("--retention-bytes -1 --segment-bytes 20000")]
    [InlineData("--min-compaction-lag-ms 10 --max-compaction-lag-ms 10")]
    public void What_goes_together_is_taken_without_a_word(string arguments) =>
        Assert.Empty(SettingsUnderTest.Good(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Warnings);
}
