namespace EbpfFirewall.Policies;

/// <summary>What a limit is for.</summary>
public enum LimitScope : byte
{
    /// <summary>All that a sandbox sends.</summary>
    Sandbox = 0,

    /// <summary>What each process sends; a process is a process from fork to its end, whatever it executes.</summary>
    Process = 1,

    /// <summary>What a sandbox sends where one rule allows it.</summary>
    Rule = 2,
}
