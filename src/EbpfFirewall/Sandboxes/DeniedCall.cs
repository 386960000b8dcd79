using System.Globalization;
using EbpfFirewall.Native;

namespace EbpfFirewall.Sandboxes;

/// <summary>A system call that the launcher's filter denies: what it is called, and what its caller is told.</summary>
/// <param name="Name">As its manual page has it.</param>
/// <param name="Error">The answer.</param>
/// <param name="Shown">Which arguments tell what was wanted: a bit each.</param>
/// <param name="IsProbe">Whether harmless programs ask for it to see whether it is there.</param>
internal sealed record DeniedCall(string Name, Errno Error, int Shown = 0, bool IsProbe = false)
{
    /// <summary>The call with those arguments.</summary>
    public string Describe(IReadOnlyList<ulong> arguments)
    {
        IEnumerable<string> shown = Enumerable.Range(0, arguments.Count)
            .Where(index => (Shown >> index & 1) != 0)
            .Select(index => (uint)arguments[index])
            .Select(value => value < 4096 ? value.ToString(CultureInfo.InvariantCulture) : $"0x{value:x}");
        return $"{Name}({string.Join(", ", shown)})";
    }
}
