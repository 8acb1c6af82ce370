// Measurements of the running mesh, each beside a yardstick measured in the same run, interleaved with it.
using Mining.Bench.Frame;
using Mining.Bench.Measurements;

// The processes that measurements start.
return args switch
{
    [OpenGateway.Verb, var kind] => await OpenGateway.Run(isOpen: kind == "open"),
    [BareServer.Verb, var port, var file] => await BareServer.Run(int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), file),
    [BareStream.Verb, var address] => await BareStream.Run(address),
    [Watchers.Verb, var address, var count, var paths] => await Watchers.Run(address, int.Parse(count, System.Globalization.CultureInfo.InvariantCulture), paths, Token()),
    [Import.Verb, var folder, var address] => await Import.Run(folder, address, Token()),
    [Load.Verb] => await Load.Run(Token()),
    _ => await Benchmarks.Run(args),
};

static string Token() => Environment.GetEnvironmentVariable("MINING_TOKEN")!;
