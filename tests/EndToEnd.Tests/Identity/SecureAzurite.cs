using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Serverless.Azurite;
using Serverless.EndToEnd.Tests.Harness;

namespace Serverless.EndToEnd.Tests.Identity;

/// <summary>Azurite over HTTPS with two accounts, which takes tokens; its certificate is made here.</summary>
internal sealed class SecureAzurite : IAsyncDisposable
{
    /// <summary>The accounts of segments; the first one has the table, too.</summary>
    public static readonly IReadOnlyList<string> Accounts = ["one", "two"];

    private readonly ScratchFolder _folder;
    private readonly AzuriteServer _server;
    private readonly HttpClientTransport _transport;

    private SecureAzurite(ScratchFolder folder, AzuriteServer server)
    {
        (_folder, _server) = (folder, server);
        _transport = new HttpClientTransport(new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        });
    }

    /// <summary>The settings of a node that reaches it by identity, and trusts its certificate.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>
    {
        ["SSL_CERT_FILE"] = CertificateOf(_folder),
        ["Serverless__Storage"] = "azure",
        ["Serverless__BlobServiceUri"] =
            string.Join(';', Accounts.Select(account => new Uri(_server.BlobEndpoint, account))),
        ["Serverless__TableServiceUri"] = $"{new Uri(_server.TableEndpoint, Accounts[0])}",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<SecureAzurite> StartAsync()
    {
        var folder = new ScratchFolder();
        WriteCertificate(folder);
        var setup = new AzuriteSetup
        {
            Accounts = Accounts,
            CertificateFile = CertificateOf(folder),
            KeyFile = KeyOf(folder),
        };
        return new SecureAzurite(folder, await AzuriteServer.StartAsync(setup, Token));
    }

    /// <summary>Makes the container in an account, as the templates do.</summary>
    public Task CreateContainerAsync(string account) => Container(account).CreateAsync(cancellationToken: Token);

    /// <summary>Makes the table, as the templates do.</summary>
    public Task CreateTableAsync() =>
        new TableClient(_server.ConnectionStringOf(Accounts[0]), "serverless", new() { Transport = _transport })
            .CreateAsync(Token);

    /// <summary>The names of the segments in an account.</summary>
    public async Task<IReadOnlyList<string>> SegmentsAsync(string account)
    {
        var names = new List<string>();
        await foreach (var blob in Container(account).GetBlobsAsync(cancellationToken: Token))
        {
            names.Add(blob.Name);
        }

        return names;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _transport.Dispose();
        _folder.Dispose();
    }

    private static string CertificateOf(ScratchFolder folder) => Path.Combine(folder.Path, "certificate.pem");

    private static string KeyOf(ScratchFolder folder) => Path.Combine(folder.Path, "key.pem");

    private static void WriteCertificate(ScratchFolder folder)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(
            "CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(CertificateOf(folder), certificate.ExportCertificatePem());
        File.WriteAllText(KeyOf(folder), key.ExportPkcs8PrivateKeyPem());
    }

    private BlobContainerClient Container(string account) => new(
        _server.ConnectionStringOf(account),
        "serverless",
        new BlobClientOptions(BlobClientOptions.ServiceVersion.V2025_11_05) { Transport = _transport });
}
