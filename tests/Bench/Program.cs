// Measurements of the running mesh. Each stands beside a yardstick that was measured in the same run, interleaved with it.
using Mining.Bench;

// Besides, what a measurement starts as a process of its own.
return args switch
{
    ["gateway", var kind] => await OpenGateway.Run(isOpen: kind == "open"),
    ["load", var address, var seconds] => await Load.Run(
        address, Environment.GetEnvironmentVariable("MINING_TOKEN")!, TimeSpan.FromSeconds(double.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture))),
    _ => await Benchmarks.Run(args),
};
