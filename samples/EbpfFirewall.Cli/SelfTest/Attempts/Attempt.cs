namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>One attempt: what a program might do, and what must come of it.</summary>
/// <param name="Id">Category letter and number; stable, for <c>--attempt</c> and the tables.</param>
/// <param name="Title">What is tried, in a few words.</param>
/// <param name="Run">Does it, inside the sandbox, in a process of its own kind.</param>
internal sealed record Attempt(string Id, string Title, Action<AttemptRun> Run)
{
    /// <summary>Names of the reasons that an event may have; one of them must. Empty: no event is asked for, see <see cref="NoEvent"/>.</summary>
    public string[] Reasons { get; init; } = [Because.NotAllowed];

    /// <summary>Why nothing tells of it; null where an event is required.</summary>
    public string? NoEvent { get; init; }

    /// <summary>Whether a call must fail at once. False where the attempt may end in silence, but for reaching anything.</summary>
    public bool AtOnce { get; init; } = true;

    /// <summary>False where it cannot be tried outside of a sandbox first.</summary>
    public bool Control { get; init; } = true;

    /// <summary>True for what needs a process of its own.</summary>
    public bool Alone { get; init; }

    /// <summary>What the sandbox keeps for it (<c>--privileged</c>).</summary>
    public string[] Keeps { get; init; } = [];

    /// <summary>Addresses that nothing may arrive at, beside the attempt's own forbidden ones.</summary>
    public string[] Watch { get; init; } = [];

    /// <summary>
    /// What an attempt that got to its end has achieved, where that alone is the harm and no byte has to arrive; null where bytes are the proof.
    /// </summary>
    public string? Proof { get; init; }

    /// <summary>An ip(8) command that takes back what it achieves.</summary>
    public string? Undo { get; init; }

    /// <summary>What somebody outside does meanwhile.</summary>
    public Action<Companion>? Meanwhile { get; init; }

    /// <summary>True where only the secret itself counts, not what the kernel answers by itself to somebody outside.</summary>
    public bool SecretOnly { get; init; }

    /// <summary>Not null for what gets through, with the reason why that is so. It fails when it changes.</summary>
    public string? NotStopped { get; init; }

    /// <summary>True where the attempt itself is the proof: its steps went as they should, whatever left.</summary>
    public bool IsLegitimate => Id[0] == 'P';

    public char Category => Id[0];

    /// <summary>
    /// Equal denials of one process are told once: those without a destination of the attempt's own come from a process of their own.
    /// </summary>
    public bool NeedsOwnProcess => Alone || Reasons.Any(Because.HasNoDestination);
}
