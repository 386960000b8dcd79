using EbpfFirewall.Cli;

return await CommandLine.RunAsync(args);
