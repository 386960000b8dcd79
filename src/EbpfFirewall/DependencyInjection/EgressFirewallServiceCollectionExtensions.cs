using EbpfFirewall;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the firewall.</summary>
public static class EgressFirewallServiceCollectionExtensions
{
    /// <summary>
    /// Registers a <see cref="FirewallBuilder"/> that <paramref name="configure"/> has set up and that logs through the container's
    /// <see cref="ILoggerFactory"/>, if it has one. Take it from the container and start it.
    /// </summary>
    public static IServiceCollection AddEgressFirewall(this IServiceCollection services, Action<FirewallBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);

        services.TryAddTransient(provider =>
        {
            var builder = new FirewallBuilder();
            if (provider.GetService<ILoggerFactory>() is { } loggerFactory)
            {
                builder.UseLoggerFactory(loggerFactory);
            }

            configure(builder);
            return builder;
        });
        return services;
    }
}
