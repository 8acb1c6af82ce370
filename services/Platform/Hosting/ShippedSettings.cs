using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace Mining.Platform.Hosting;

/// <summary>
/// The settings that a service ships: its <c>appsettings.json</c>, embedded, so that they hold in whatever working directory
/// it is started, and several services may lie in one folder. Every other source of configuration comes before them.
/// </summary>
public static class ShippedSettings
{
    private const string Resource = "appsettings.json";

    public static void AddShippedSettings(this IConfigurationBuilder configuration, Assembly? service)
    {
        using var stream = service?.GetManifestResourceStream(Resource);
        if (stream is null)
            return;
        // Read at once: a stream cannot be read again when the sources are loaded anew.
        var settings = new ConfigurationBuilder().AddJsonStream(stream).Build().AsEnumerable().Where(setting => setting.Value is not null);
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = [.. settings] });
    }
}
