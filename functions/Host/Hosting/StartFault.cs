using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Serverless.Functions.Host.Settings;
using Serverless.StorageEngine.Storage;

namespace Serverless.Functions.Host.Hosting;

/// <summary>Turns what can go wrong in the surroundings of a start into a sentence for the operator.</summary>
internal static class StartFault
{
    /// <summary>The sentence, or null when the exception is not a fault of the surroundings but a bug.</summary>
    /// <param name="exception">What the start ended with.</param>
    /// <param name="settings">The settings it started with.</param>
    public static string? Describe(Exception exception, HostSettings settings) => exception switch
    {
        IOException { InnerException: AddressInUseException } =>
            $"{Addresses(settings)} is already in use by another process;"
            + " stop it, or listen elsewhere with --urls http://127.0.0.1:PORT.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"Listening on {Addresses(settings)} is not permitted; take a port above 1023 with --urls.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } =>
            $"{Addresses(settings)} is not an address of this machine; correct --urls.",
        IOException { InnerException: SocketException inner } => Describe(inner, settings),
        StorageUnavailableException or StorageOutcomeUnknownException when settings.Storage.Kind == StorageKind.Azure =>
            $"{exception.Message} {AdviceOnAccount(settings.Storage)}",
        StorageUnavailableException or StorageOutcomeUnknownException or CorruptDataException => exception.Message,
        _ => null,
    };

    private static string Addresses(HostSettings settings) =>
        (settings.Urls.Count > 1 ? "One of " : "") + string.Join(", ", settings.Urls);

    private static string AdviceOnAccount(StorageLocation storage) =>
        storage.Connection.Contains("UseDevelopmentStorage", StringComparison.OrdinalIgnoreCase)
            ? "Start Azurite, or name another account with --connection."
            : "Check what names the account: --connection, or --blob-service-uri and --table-service-uri.";
}
