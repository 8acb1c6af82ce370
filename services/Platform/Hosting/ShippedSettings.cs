using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace Mining.Platform.Hosting;

/// <summary>
/// The built-in settings of a service: its embedded <c>appsettings.json</c>. Embedding makes them independent of the working directory and
/// lets several services share a folder. All other configuration sources override them.
/// </summary>
public static class ShippedSettings
{
    private const string Resource = "appsettings.json";

    public static void AddShippedSettings(this IConfigurationBuilder configuration, Assembly? service)
    {
        using var stream = service?.GetManifestResourceStream(Resource);
        if (stream is null)
            return;
        // Read eagerly: a stream cannot be read again when the sources are reloaded.
        var settings = new ConfigurationBuilder().AddJsonStream(stream).Build().AsEnumerable().Where(setting => setting.Value is not null);
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = [.. settings] });
    }
}
