namespace EbpfFirewall.Cli;

/// <summary>Says on stderr what the command can do beside what the policy allows.</summary>
internal static class ConfinementReport
{
    private static readonly (SandboxGaps Gap, string Text)[] GapTexts =
    [
        (SandboxGaps.TracingOutside, "the command may read and change the memory of the user's other processes (enforced from Linux 5.19 with Landlock)"),
        (SandboxGaps.SignallingOutside, "the command may signal the user's other processes (enforced from Linux 6.12 with Landlock)"),
        (SandboxGaps.AbstractUnixOutside, "the command may connect to abstract unix sockets (enforced from Linux 6.12 with Landlock)"),
    ];

    public static void Privileges(IEnumerable<SandboxPrivilege> privileges)
    {
        foreach (SandboxPrivilege privilege in privileges)
        {
            Console.Error.WriteLine($"efw: warning: --privileged {privilege.Name} opens {privilege.Opens}");
        }
    }

    public static void Gaps(SandboxGaps gaps)
    {
        foreach (string text in Texts(gaps))
        {
            Console.Error.WriteLine($"efw: warning: not enforced on this kernel: {text}");
        }
    }

    /// <summary>A line for each.</summary>
    public static IEnumerable<string> Texts(SandboxGaps gaps) => GapTexts.Where(entry => gaps.HasFlag(entry.Gap)).Select(entry => entry.Text);
}
