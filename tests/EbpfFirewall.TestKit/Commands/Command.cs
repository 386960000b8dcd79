using System.Collections.Immutable;

namespace EbpfFirewall.TestKit.Commands;

/// <summary>What to run, and how. Immutable.</summary>
/// <param name="FileName">The executable.</param>
/// <param name="Arguments">Its arguments; each arrives as it is.</param>
public sealed record Command(string FileName, params ImmutableArray<string> Arguments)
{
    /// <summary>Text for standard input, which is closed after it; null: closed at once.</summary>
    public string? Input { get; init; }

    /// <summary>Environment variables to set; a null value removes one.</summary>
    public ImmutableDictionary<string, string?> Environment { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>The time after which it is killed and an exception thrown. Default: 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    public override string ToString() => string.Join(' ', [FileName, .. Arguments]);
}
