namespace EbpfFirewall.Cli.SelfTest;

/// <summary>The options of <c>efw selftest</c>, read.</summary>
internal sealed record SelfTestSettings(IReadOnlyList<char> Categories, IReadOnlyList<string> Attempts, bool Json, bool Verbose, string? MarkdownFile, bool Inside);
