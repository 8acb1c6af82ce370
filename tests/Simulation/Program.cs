// ./dev sim: runs simulated histories of the whole mesh and compares each with the model.
using System.CommandLine;
using Mining.Simulation;

var seed = new Option<int?>("--seed") { Description = "Seed of the first history; the next ones follow it. Default: one from the clock." };
var runs = new Option<int>("--runs") { Description = "How many histories to run.", DefaultValueFactory = _ => 1 };
var trace = new Option<bool>("--trace") { Description = "Print the events and the services' log lines of each history." };
var noShrink = new Option<bool>("--no-shrink") { Description = "Do not look for the shortest history that fails." };
var keepGoing = new Option<bool>("--keep-going") { Description = "Go on after a difference." };
var command = new RootCommand("Runs simulated histories of the whole mesh, in virtual time and with faults, and compares each with an independent model.")
{
    seed, runs, trace, noShrink, keepGoing,
};
command.SetAction(parsed => Exploration.Run(
    parsed.GetValue(seed) ?? (int)(TimeProvider.System.GetUtcNow().Ticks & int.MaxValue),
    parsed.GetValue(runs),
    parsed.GetValue(trace),
    parsed.GetValue(keepGoing),
    parsed.GetValue(noShrink) || parsed.GetValue(keepGoing),
    Console.Out));
return command.Parse(args).Invoke();
