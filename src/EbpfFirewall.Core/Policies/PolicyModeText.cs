using System.Diagnostics.CodeAnalysis;

namespace EbpfFirewall.Policies;

/// <summary>The modes as they are written on command lines, in files and in logs.</summary>
public static class PolicyModeText
{
    /// <summary>All of them: <c>allow-list</c>, <c>deny-list</c>, <c>observe</c>, <c>block-all</c>, <c>disabled</c>.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Format(PolicyMode.AllowList),
        Format(PolicyMode.DenyList),
        Format(PolicyMode.Observe),
        Format(PolicyMode.BlockAll),
        Format(PolicyMode.Disabled),
    ];

    /// <summary>The text of a mode.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not one of the modes.</exception>
    public static string Format(PolicyMode mode) => mode switch
    {
        PolicyMode.AllowList => "allow-list",
        PolicyMode.DenyList => "deny-list",
        PolicyMode.Observe => "observe",
        PolicyMode.BlockAll => "block-all",
        PolicyMode.Disabled => "disabled",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "There is no such mode."),
    };

    /// <summary>Reads a mode, in any case.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PolicyMode mode)
    {
        foreach (PolicyMode candidate in Enum.GetValues<PolicyMode>())
        {
            if (string.Equals(text, Format(candidate), StringComparison.OrdinalIgnoreCase))
            {
                mode = candidate;
                return true;
            }
        }

        mode = default;
        return false;
    }
}
