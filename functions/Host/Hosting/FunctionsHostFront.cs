namespace Serverless.Functions.Host.Hosting;

/// <summary>
/// What stands in front of everything when the Azure Functions host passes requests on: the calls that it makes itself,
/// and the address that the client used.
/// </summary>
internal sealed class FunctionsHostFront : IStartupFilter
{
    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        // First, while the address of the caller is the real one.
        app.Use(static (context, following) => MaintenanceTrigger.IsCalledBy(context)
            ? MaintenanceTrigger.RunAsync(context)
            : following(context));
        app.UseForwardedHeaders(ForwardedAddress.FromHost);
        next(app);
    };
}
