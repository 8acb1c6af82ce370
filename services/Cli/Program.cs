using Mining.Cli.Shell;

return await MiningCommandLine.Run(args, CommandContext.ForCurrentProcess());
