namespace EbpfFirewall.Native;

/// <summary>The kernel refused a program. The message has the reason and the source line; <see cref="Log"/> has everything.</summary>
public sealed class BpfVerifierException : BpfException
{
    internal BpfVerifierException(Errno error, string program, VerifierReport report, string log)
        : base(error, $"load program '{program}'", report.ToString())
    {
        Program = program;
        Reason = report.Reason;
        SourceLine = report.SourceLine;
        Log = log;
    }

    /// <summary>Name of the program.</summary>
    public string Program { get; }

    /// <summary>The verifier's last word, with CO-RE relocations that failed spelled out.</summary>
    public string Reason { get; }

    /// <summary>The C source line the verifier was at, with file and line number; null when the object has no line information.</summary>
    public string? SourceLine { get; }

    /// <summary>The log of the verifier: the whole of it, or the last MiB of more than 16.</summary>
    public string Log { get; }
}
