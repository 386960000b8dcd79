namespace EbpfFirewall.Tests.Sandboxes;

/// <summary>Tests that look at the whole process or host: nothing runs beside them.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
