// Measurements of the running mesh. Each stands beside a yardstick that was measured in the same run, interleaved with it.
using Mining.Bench;

return await Benchmarks.Run(args);
