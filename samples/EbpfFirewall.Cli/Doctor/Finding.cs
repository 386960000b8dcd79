namespace EbpfFirewall.Cli.Doctor;

/// <summary>One line of a report.</summary>
/// <param name="Subject">What was examined.</param>
/// <param name="State">What was found.</param>
/// <param name="Detail">Which version, or what follows from it.</param>
internal sealed record Finding(string Subject, FindingState State, string Detail);
