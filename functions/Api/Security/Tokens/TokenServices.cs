using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.IdentityModel.Protocols;

namespace Serverless.Functions.Api.Security.Tokens;

/// <summary>Registers what takes tokens.</summary>
public static class TokenServices
{
    // Metadata and keys of Entra ID have some 20 KiB; an issuer that sends more is none.
    private const int DocumentBytesMax = 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Takes the tokens of an issuer.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="settings">Whose tokens.</param>
    public static IServiceCollection AddTokens(this IServiceCollection services, TokenSettings settings)
    {
        services.AddSingleton(settings);
        services.TryAddSingleton<IDocumentRetriever>(static provider => new HttpDocumentRetriever(
            new HttpClient { Timeout = Timeout, MaxResponseContentBufferSize = DocumentBytesMax })
        {
            RequireHttps = provider.GetRequiredService<TokenSettings>().Metadata.Scheme == Uri.UriSchemeHttps,
        });
        services.AddSingleton<ITokenVerifier, JwtVerifier>();
        return services;
    }
}
