using Google.Protobuf.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Mining.Platform.Features;

/// <summary>The features of a service. Its API, its batches and its proposals take them from here.</summary>
public sealed class FeatureCatalogue(IEnumerable<Feature> features)
{
    private readonly Dictionary<Type, Feature> byType = features.ToDictionary(feature => feature.GetType());

    /// <summary>The features that write.</summary>
    public IReadOnlyList<ICommandFeature> Commands { get; } = [.. features.OfType<ICommandFeature>()];

    /// <summary>A feature.</summary>
    /// <exception cref="KeyNotFoundException">It is not in the catalogue, which is a bug.</exception>
    public TFeature Get<TFeature>()
        where TFeature : Feature => (TFeature)byType[typeof(TFeature)];

    /// <summary>The command with a request message.</summary>
    /// <exception cref="InvalidOperationException">It is not in the catalogue, which is a bug.</exception>
    public ICommandFeature Command(MessageDescriptor request) => Commands.Single(command => command.Request == request);
}

/// <summary>Adds features to a service's catalogue.</summary>
public static class FeatureRegistration
{
    /// <summary>Adds a feature.</summary>
    public static IServiceCollection AddFeature<TFeature>(this IServiceCollection services)
        where TFeature : Feature => services
        .AddSingleton<TFeature>()
        .AddSingleton<Feature>(provider => provider.GetRequiredService<TFeature>());
}
