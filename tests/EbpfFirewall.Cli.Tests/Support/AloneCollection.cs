namespace EbpfFirewall.Cli.Tests.Support;

/// <summary>Tests of what is left on the host: no other run may tidy up beside them.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
