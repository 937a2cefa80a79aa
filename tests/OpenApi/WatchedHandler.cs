namespace Serverless.OpenApi;

/// <summary>Sends requests on, and shows each with its answer to a watch once the answer was read.</summary>
/// <param name="watch">The watch.</param>
internal sealed class WatchedHandler(ContractWatch watch) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = await SentBody.OfAsync(request);
        var credentials = Credentials.Of(request);
        var response = await base.SendAsync(request, cancellationToken);
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(
            static header => header.Key,
            static header => string.Join(", ", header.Value),
            StringComparer.OrdinalIgnoreCase);
        var (method, uri, status) = (request.Method.Method, request.RequestUri!, (int)response.StatusCode);
        response.Content = new WatchedContent(response.Content, (body, isComplete) =>
            watch.See(new Exchange(method, uri, sent, status, headers, body, isComplete)
            {
                Credentials = credentials,
            }));
        return response;
    }
}
