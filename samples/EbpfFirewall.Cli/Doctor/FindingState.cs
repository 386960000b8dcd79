namespace EbpfFirewall.Cli.Doctor;

/// <summary>What an examination found.</summary>
internal enum FindingState
{
    /// <summary>It is there.</summary>
    Fine,

    /// <summary>It is not there: the firewall works, and something is not enforced.</summary>
    Gap,

    /// <summary>Without it the firewall does not start.</summary>
    Missing,

    /// <summary>True of every host: said, so that nobody takes it for granted.</summary>
    NotStopped,
}
