namespace EbpfFirewall.Kernel.Memory;

/// <summary>A policy ready for any attachment: its lines, and the numbers of its rules.</summary>
internal sealed record NumberedPolicy(PolicyImage Image, RuleNumbering Numbering);
