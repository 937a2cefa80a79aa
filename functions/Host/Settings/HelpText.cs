namespace Serverless.Functions.Host.Settings;

/// <summary>What <c>--help</c> shows.</summary>
internal static class HelpText
{
    private const string Head = """
        Serverless: an event log with Kafka's model over HTTP, without brokers.

        Usage: serverless [options]
               serverless keys create --principal User:NAME [options]
               serverless keys list [--principal User:NAME] [options]
               serverless keys revoke --principal User:NAME --key KEY [options]

        Every setting has three spellings, the stronger ones first:
          on the command line      --append-interval-ms 250
          in the environment       Serverless__AppendIntervalMs=250
          in a JSON file           {"Serverless": {"AppendIntervalMs": 250}}, named by --config
        The "Values" of a local.settings.json in the current directory are spelled as in the environment; they are the
        weakest.
        A name that ends in -ms takes milliseconds, one with -bytes takes bytes.

          --help                   shows this text
          --version                shows the version
        """;

    /// <summary>Writes the text.</summary>
    /// <param name="output">Where it goes.</param>
    public static void Write(TextWriter output)
    {
        output.WriteLine(Head);
        foreach (var (title, settings) in SettingCatalog.Groups)
        {
            output.WriteLine();
            output.WriteLine($"{title}:");
            foreach (var setting in settings)
            {
                output.WriteLine($"  {setting.Option,-27} {setting.Meaning}");
                output.WriteLine($"  {"",-27} takes {setting.Expected}; default: {setting.DefaultText}");
            }
        }
    }
}
