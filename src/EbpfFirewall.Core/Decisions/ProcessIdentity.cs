using System.Collections.Immutable;

namespace EbpfFirewall.Decisions;

/// <summary>
/// Who caused a decision, as the kernel saw it at the call: it stays right when the process has ended or its
/// id has been given to another.
/// </summary>
/// <remarks>Immutable; safe for concurrent use.</remarks>
public sealed record ProcessIdentity
{
    /// <summary>The process that stands for "not known": id -1.</summary>
    public static ProcessIdentity Unknown { get; } = new() { ProcessId = -1 };

    /// <summary>Thread-group id in the initial pid namespace; -1 when unknown.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Time since boot at which the process started: with the id it names one process for ever.</summary>
    public TimeSpan StartTime { get; init; }

    /// <summary>Effective user id; 0 is root.</summary>
    public uint UserId { get; init; }

    /// <summary>The kernel's name of the task (<c>comm</c>), at most 15 bytes.</summary>
    public string Name { get; init; } = "";

    /// <summary>Path of the executable; empty when the kernel could not tell.</summary>
    public string Executable { get; init; } = "";

    /// <summary>The argument vector, as far as the first bytes of it reach (see <see cref="ArgumentsTruncated"/>).</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>True when the argument vector was longer than what the kernel side keeps.</summary>
    public bool ArgumentsTruncated { get; init; }

    /// <summary>Ancestors, the parent first; at most eight.</summary>
    public ImmutableArray<ParentProcess> Parents { get; init; } = [];

    /// <summary>The arguments joined by spaces; the name in brackets where there are none; "unknown" without a process.</summary>
    public string CommandLine =>
        Arguments.Length > 0 ? string.Join(' ', Arguments) : Name.Length > 0 ? $"[{Name}]" : "unknown";
}
