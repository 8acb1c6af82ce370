using System.Collections;
using System.Collections.Concurrent;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Mining.Mesh.Tests.Hostile;

/// <summary>
/// Makes requests from their descriptors alone. Most fields are plausible, so that a request gets far; some are hostile, so that it should
/// be refused.
/// </summary>
/// <param name="names">Names of existing resources by type, for example <c>mining/Project</c>.</param>
/// <param name="pageTokens">Tokens issued for any query.</param>
internal sealed class HostileMessages(IReadOnlyDictionary<string, string[]> names, ConcurrentQueue<string> pageTokens)
{
    private const int DeepestMessage = 6;
    private const int MaxListLength = 300_000;

    /// <summary>Requests that can be proposed, and one that cannot.</summary>
    private static readonly MessageDescriptor[] Proposable =
    [
        Projects.V1.ChangeStageRequest.Descriptor, Investors.V1.UpdatePartnershipRequest.Descriptor, Investors.V1.UpdateCommitmentRequest.Descriptor,
        Investors.V1.CreateCommitmentRequest.Descriptor, Refining.V1.ReserveCapacityRequest.Descriptor,
    ];

    public IMessage Make(MessageDescriptor type, Random random) => Make(type, random, HostileValues.Any(random, 0, 0, 0.03, 0.15, 0.9), 0);

    private IMessage Make(MessageDescriptor type, Random random, double hostility, int depth)
    {
        if (random.NextDouble() >= hostility && Plausible(type, random) is { } plausible)
            return plausible;
        if (type == Any.Descriptor && random.NextDouble() >= hostility && depth <= DeepestMessage)
            return Any.Pack(Make(HostileValues.Any(random, Proposable), random, hostility, depth + 1));
        var message = type.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            var hostile = random.NextDouble() < hostility;
            if (!hostile && random.NextDouble() >= Presence(field))
                continue;
            if (field.IsRepeated)
            {
                var list = (IList)field.Accessor.GetValue(message);
                for (var i = random.Next(1, 3); i > 0; i--)
                {
                    if (Value(field, random, hostility, depth) is { } value)
                        list.Add(value);
                }

                if (hostile && depth < 2 && list.Count > 0)
                    Repeat(list, HostileValues.Any(random, 51, 101, 1_001, 3_000));
            }
            else if (Value(field, random, hostile ? 1 : hostility, depth) is { } value)
            {
                field.Accessor.SetValue(message, value);
            }
        }

        return message;
    }

    /// <summary>How often a field is set.</summary>
    private static double Presence(FieldDescriptor field)
    {
        var behaviors = field.GetOptions()?.GetExtension(FieldBehaviorExtensions.FieldBehavior) ?? [];
        return behaviors.Contains(FieldBehavior.Required) || field.ContainingType.Name.StartsWith("Get", StringComparison.Ordinal) ? 0.99
            : field.Name == "source" ? 0.95
            : field.Name == "name" ? 0.95
            : behaviors.Contains(FieldBehavior.OutputOnly) || field.Name is "etag" or "validate_only" or "page_token" or "filter" ? 0.1
            : 0.4;
    }

    /// <summary>Messages with related fields, as a well-meaning caller would send them.</summary>
    private static IMessage? Plausible(MessageDescriptor type, Random random) => type.Name switch
    {
        "Date" => new Google.Type.Date { Year = random.Next(2021, 2028), Month = random.Next(1, 13), Day = random.Next(1, 29) },
        "Money" => new Google.Type.Money { CurrencyCode = HostileValues.Any(random, "EUR", "EUR", "USD"), Units = random.Next(1, 5_000) },
        "Duration" => new Duration { Seconds = random.Next(1, 300) },
        "FieldMask" => random.Next(3) == 0 ? new FieldMask { Paths = { "display_name" } } : new FieldMask(),
        _ => null,
    };

    /// <summary>The same entries repeated as often as the message size allows.</summary>
    private static void Repeat(IList list, int count)
    {
        var size = list.Cast<object>().Max(entry => entry switch { IMessage message => message.CalculateSize(), string text => 4 * text.Length, _ => 10 });
        for (var i = 0; list.Count < Math.Min(count, MaxListLength / Math.Max(1, size)); i++)
            list.Add(list[i]);
    }

    private object? Value(FieldDescriptor field, Random random, double hostility, int depth)
    {
        var hostile = random.NextDouble() < hostility;
        return field.FieldType switch
        {
            FieldType.Message => depth > DeepestMessage ? null : Make(field.MessageType, random, hostility, depth + 1),
            FieldType.Enum => System.Enum.ToObject(
                field.EnumType.ClrType, hostile ? HostileValues.EnumNumber(random) : random.Next(1, field.EnumType.Values.Count)),
            FieldType.Bool => random.Next(2) == 0,
            FieldType.Int32 => hostile ? HostileValues.Int32(random) : PlausibleNumber(field, random),
            FieldType.Int64 => hostile ? HostileValues.Int64(random) : (long)PlausibleNumber(field, random),
            FieldType.Double => hostile ? HostileValues.Double(random) : random.NextDouble() * 50,
            FieldType.Bytes => ByteString.CopyFrom(random.Next(3) == 0 ? HostileValues.Bytes(random) : HostileValues.RatesFile(random)),
            FieldType.String => hostile ? HostileValues.Text(random) : PlausibleText(field, random),
            _ => throw new InvalidOperationException($"{field.FullName} is a {field.FieldType}; teach this test to make one."),
        };
    }

    private static int PlausibleNumber(FieldDescriptor field, Random random) => field.Name switch
    {
        "year" => random.Next(2019, 2028),
        "month" or "day" => random.Next(0, 13),
        "from_year" => 2026,
        "to_year" => 2030,
        "page_size" => random.Next(0, 20),
        "nanos" => random.Next(3) == 0 ? 10_000_000 * random.Next(100) : 0,
        "share_ppm" or "target_share_ppm" or "limit_ppm" => HostileValues.Any(random, 500_000, 250_000, 1_000_000),
        "statutory_limit_months" => random.Next(0, 60),
        _ => random.Next(0, 200),
    };

    private string PlausibleText(FieldDescriptor field, Random random)
    {
        if (ResourceType(field) is { } type && names.TryGetValue(type, out var known))
            return HostileValues.Any(random, known);
        if (field.ContainingType == FieldMask.Descriptor)
            return HostileValues.Any(random, "display_name", "amount", "operator", "capacities", "sides", "*");
        return field.Name switch
        {
            "country" or "countries" or "covered_countries" => HostileValues.Any(random, "DE", "US", "FR", "CA"),
            "mineral" or "minerals" => HostileValues.Any(random, "lithium", "cobalt", "tin"),
            "currency_code" or "reporting_currency" => HostileValues.Any(random, "EUR", "EUR", "USD", "JPY"),
            "value" => HostileValues.Any(random, "1", "12.5", "1.083", "150"),
            "side_id" => HostileValues.Any(random, "EU", "US"),
            "source" => HostileValues.Any(random, "projects", "investors", "refining"),
            "page_token" => pageTokens.TryPeek(out var token) ? token : "",
            "request_id" => $"request-{random.Next(20)}",
            "etag" => "W/1",
            _ when field.Name.EndsWith("_id", StringComparison.Ordinal) => $"h-{random.Next(60)}",
            _ => $"text {random.Next(100)}",
        };
    }

    /// <summary>The resource type of a name field: by its reference, or by the resource that contains it.</summary>
    private static string? ResourceType(FieldDescriptor field) =>
        field.GetOptions()?.GetExtension(ResourceExtensions.ResourceReference)?.Type
        ?? (field.Name == "name" ? field.ContainingType.GetOptions()?.GetExtension(ResourceExtensions.Resource)?.Type : null);
}
