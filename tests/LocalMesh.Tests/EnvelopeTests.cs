// At stake: a difference between the laptop's deliveries and Dapr's would be found only in a cluster. The expectations are those of Dapr's
// runtime: its envelope, its content types and its own integration tests.
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Mining.LocalMesh.Sidecar;

namespace Mining.LocalMesh.Tests;

public sealed class EnvelopeTests
{
    private static readonly PublishContext Context = new(Mesh.Pubsub, "t", "", "", DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData("application/json", """{ "a" : 1 }""", """{ "a" : 1 }""")]
    [InlineData("application/json; charset=utf-8", "[1]", "[1]")]
    [InlineData("application/json", "no json", "\"no json\"")]
    [InlineData("text/plain", "no json", "no json")]
    [InlineData("application/xml", "<a/>", "<a/>")]
    [InlineData("application/octet-stream", "bytes", "bytes")]
    [InlineData("", "foo", "foo")]
    [InlineData("foo/bar", "foo", "")]
    [InlineData("application/protobuf", "foo", "")]
    public void Plain_data_is_delivered_as_its_content_type_allows(string contentType, string data, string delivered)
    {
        var message = Envelope.FromData(ByteString.CopyFromUtf8(data), contentType, new Dictionary<string, string>(), Context, () => "new");

        Assert.Equal(delivered, message.Data.ToStringUtf8());
        Assert.Equal(contentType.Length == 0 ? "text/plain" : contentType, message.DataContentType);
        Assert.Equal(("new", "com.dapr.event.sent", "1.0"), (message.Id, message.Type, message.SpecVersion));
    }

    [Fact]
    public void Metadata_overrides_the_envelope_regardless_of_case()
    {
        var metadata = new Dictionary<string, string>
        {
            ["CloudEvent.Id"] = "i",
            ["cloudevent.source"] = "s",
            ["cloudevent.type"] = "y",
            ["cloudevent.traceparent"] = "p",
            ["cloudevent.tracestate"] = "q",
        };

        var message = Envelope.FromData(ByteString.Empty, "", metadata, Context with { TraceParent = "the caller's" }, () => "new");

        Assert.Equal(("i", "s", "y", "p"), (message.Id, message.Source, message.Type, message.TraceParent));
        Assert.Equal(
            ("t", Mesh.Pubsub, "p", "p", "q"),
            (Extension(message, "topic"), Extension(message, "pubsubname"), Extension(message, "traceid"), Extension(message, "traceparent"), Extension(message, "tracestate")));
    }

    [Theory]
    [InlineData("""{"data_base64":"AP8=","datacontenttype":"application/protobuf"}""", "00FF")]
    [InlineData("""{"data_base64":"AP8="}""", "00FF")]
    [InlineData("""{"data":{"a":[1, 2]},"datacontenttype":"application/json"}""", "7B2261223A5B312C20325D7D")]
    [InlineData("""{"data":"AB","datacontenttype":"text/plain"}""", "4142")]
    [InlineData("""{"data":"AB","datacontenttype":"application/json"}""", "22414222")]
    [InlineData("""{"data":"AB"}""", "")]
    [InlineData("""{"data":"AB","datacontenttype":"application/protobuf"}""", "")]
    [InlineData("""{"data":null,"data_base64":null}""", "")]
    [InlineData("{}", "")]
    public void The_data_of_an_envelope_is_read_from_whichever_field_has_it(string json, string bytes) =>
        Assert.Equal(bytes, Convert.ToHexString(Read(json).Data.Span));

    [Fact]
    public void An_envelope_keeps_its_own_fields_and_gets_defaults_for_those_it_lacks()
    {
        var full = Read("""{"id":"i","source":"s","type":"y","specversion":"1.1","traceparent":"p","subject":"x","time":"then","n":12.5,"more":{"a":[true]}}""");
        var empty = Read("""{"id":7}""");

        Assert.Equal(("i", "s", "y", "1.1", "p"), (full.Id, full.Source, full.Type, full.SpecVersion, full.TraceParent));
        Assert.Equal(("x", "then", "p"), (Extension(full, "subject"), Extension(full, "time"), Extension(full, "traceparent")));
        Assert.Equal(12.5, full.Extensions.Fields["n"].NumberValue);
        Assert.True(full.Extensions.Fields["more"].StructValue.Fields["a"].ListValue.Values[0].BoolValue);
        Assert.Equal(("", "local-mesh", "com.dapr.event.sent", "1.0", ""), (empty.Id, empty.Source, empty.Type, empty.SpecVersion, empty.TraceParent));
        Assert.Equal("1970-01-01T00:00:00+00:00", Extension(empty, "time"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"missing_quote: invalid}")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("{\"data_base64\":\"%%\"}")]
    [InlineData("{\"data_base64\":5}")]
    [InlineData("{\"data\":5,\"datacontenttype\":\"text/plain\"}")]
    [InlineData("{\"id\":\"\\ud800\"}")]
    [InlineData("{\"n\":1e999}")]
    public void Undeliverable_events_are_refused(string json) => Assert.ThrowsAny<JsonException>(() => Read(json));

    [Theory]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true)]
    [InlineData("anything\r\nelse", false)]
    [InlineData("", false)]
    public void Only_a_valid_trace_context_is_sent_as_a_header(string trace, bool goes) =>
        Assert.Equal(goes, Read($$"""{"traceparent":{{JsonSerializer.Serialize(trace)}}}""").HasTrace);

    private static Message Read(string json) => Envelope.FromCloudEvent(Encoding.UTF8.GetBytes(json), Context);

    private static string Extension(Message message, string name) => message.Extensions.Fields[name].StringValue;
}
