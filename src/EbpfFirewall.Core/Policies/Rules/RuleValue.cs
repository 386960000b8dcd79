namespace EbpfFirewall.Policies.Rules;

/// <summary>The value of an option, as a rule has it.</summary>
internal static class RuleValue
{
    /// <summary>In double quotes where it would not stand for itself.</summary>
    internal static string Quote(string value) => value.AsSpan().ContainsAny(' ', '\t', '"')
        ? $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
        : value;
}
