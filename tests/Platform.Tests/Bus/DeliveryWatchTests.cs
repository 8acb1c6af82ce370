// At stake: a broken path through the broker must be noticed, and a source that is merely quiet, down or starting must cause no alarm.
// Times are in seconds; events are written as `d` (a delivery), `a` (the source answers) and `f` (it fails), each with its time.
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Mining.Platform.Bus;
using Mining.Platform.Relay;
using Mining.Primitives.Time;
using Xunit;

namespace Mining.Platform.Tests.Bus;

public sealed class DeliveryWatchTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("a0 a3 a6 a19", false)] // at startup the broker gets its full timeout
    [InlineData("a0 a3 a6 a20", true)]
    [InlineData("d0 a3 a6 a22", false)]
    [InlineData("d0 a3 a6 a23", true)] // counted from the first answer
    [InlineData("d0 a3 d4 a7 a26", false)]
    [InlineData("d0 a100", false)] // a single answer after a long time proves nothing
    [InlineData("d0 f3 f4 f50", false)] // the source is down
    [InlineData("d0 a3 f6 a9 a28", false)] // it was down in between
    [InlineData("d0 a3 f6 a9 a29", true)]
    [InlineData("a0 a20 f23 f60", true)] // only a delivery ends it
    [InlineData("a0 a20 d21", false)]
    [InlineData("a0 a20 d21 a24 a43", false)]
    [InlineData("a0 a20 d21 a24 a44", true)]
    public void Deliveries_are_missing_when_the_source_has_answered_for_20_seconds_without_one(string events, bool isMissing)
    {
        var watch = new DeliveryWatch("projects");
        foreach (var entry in events.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = TimeSpan.FromSeconds(int.Parse(entry[1..], CultureInfo.InvariantCulture));
            if (entry[0] == 'd')
                watch.Delivered(at);
            else if (entry[0] == 'a')
                watch.SourceAnswered(at);
            else
                watch.SourceFailed();
        }

        Assert.Equal(isMissing, watch.Status.IsMissing);
    }

    [Fact]
    public void A_publishing_failover_is_shorter_than_the_missing_delivery_timeout() =>
        Assert.True(PublishLease.Length + ChangeRelay.PollInterval < DeliveryWatch.DeliveryTimeout);

    [Fact]
    public async Task Every_metric_has_all_its_labels_from_the_start()
    {
        var time = new FakeTimeProvider();
        var monitor = new DeliveryMonitor(new BusOptions(), time, NullLogger<DeliveryMonitor>.Instance);
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new DeliveryMetrics(monitor, time, services.GetRequiredService<IMeterFactory>());
        await metrics.StartAsync(CancellationToken.None);
        var (projects, investors) = (new DeliveryWatch("projects"), new DeliveryWatch("investors"));
        monitor.Add(projects);
        monitor.Add(investors);
        Assert.Equal(
            [
                "applied investors broker 0", "applied investors feed 0", "applied projects broker 0", "applied projects feed 0",
                "deliveries_missing investors 0", "deliveries_missing projects 0", "delivery_age investors 0", "delivery_age projects 0",
            ],
            Measured(services));

        investors.SourceAnswered(time.MonotonicNow(), applied: 5);
        time.Advance(TimeSpan.FromSeconds(20));
        investors.SourceAnswered(time.MonotonicNow());
        projects.Delivered(time.MonotonicNow(), applied: 2);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(
            [
                "applied investors broker 0", "applied investors feed 5", "applied projects broker 2", "applied projects feed 0",
                "deliveries_missing investors 1", "deliveries_missing projects 0", "delivery_age investors 21", "delivery_age projects 1",
            ],
            Measured(services));
    }

    private static List<string> Measured(IServiceProvider services)
    {
        var lines = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>())
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(Add);
        listener.SetMeasurementEventCallback<int>(Add);
        listener.SetMeasurementEventCallback<double>(Add);
        listener.Start();
        listener.RecordObservableInstruments();
        lines.Sort(StringComparer.Ordinal);
        return lines;

        void Add<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) =>
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{instrument.Name["mining.bus.".Length..]} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))} {value}"));
    }
}
