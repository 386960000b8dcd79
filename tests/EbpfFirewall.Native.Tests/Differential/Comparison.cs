using System.Text.RegularExpressions;

namespace EbpfFirewall.Native.Tests.Differential;

/// <summary>One object in both loaders.</summary>
/// <param name="Name">Its file.</param>
/// <param name="Ours">This library.</param>
/// <param name="Theirs">bpftool, and so libbpf.</param>
/// <param name="OurContent">Programs and maps as bpftool lists them, sorted.</param>
/// <param name="TheirContent">The same of theirs.</param>
internal sealed record Comparison(
    string Name, LoadOutcome Ours, LoadOutcome Theirs, IReadOnlyList<string> OurContent, IReadOnlyList<string> TheirContent)
{
    /// <summary>They load it and this library does not, without saying that it leaves such objects out.</summary>
    internal bool IsShortcoming => Ours.IsDefect || (Theirs.IsLoaded && !Ours.IsLoaded && !Ours.IsDeclined);

    /// <summary>Both load it, and not the same came of it.</summary>
    internal bool IsDifferent => Ours.IsLoaded && Theirs.IsLoaded && !OurContent.SequenceEqual(TheirContent);

    internal bool IsRefusedByBoth => !Ours.IsLoaded && !Theirs.IsLoaded && !IsShortcoming;

    /// <summary>Nothing that a reader of the report should look at.</summary>
    internal bool IsUnremarkable => IsRefusedByBoth || (Ours.IsLoaded && Theirs.IsLoaded && !IsDifferent);

    /// <summary>Why bpftool refuses it, without the names.</summary>
    internal string Reason => Regex.Replace(Cell(Theirs.Message), "'[^']*'", "'...'");

    internal string Verdict => IsShortcoming ? "SHORTCOMING"
        : IsDifferent ? "different"
        : Ours.IsLoaded == Theirs.IsLoaded ? Ours.IsLoaded ? "same" : "both refuse"
        : Ours.IsLoaded ? "only ours loads" : "declined";

    internal string Row()
    {
        string detail = IsDifferent
            ? $"ours: {string.Join("; ", OurContent.Except(TheirContent))} theirs: {string.Join("; ", TheirContent.Except(OurContent))}"
            : Ours.Message;
        return $"| {Name} | {Verdict} | {Cell(detail)} | {Cell(Theirs.Message)} |";
    }

    private static string Cell(string text) => (text.Length > 160 ? text[..160] + "..." : text).Replace('|', '/');
}
