namespace EbpfFirewall.Policies.Parsing;

/// <summary><c>@github</c> and the like: named lists. Not supported yet.</summary>
internal static class PresetRuleParser
{
    internal static bool Parse(RuleSlice target)
    {
        RuleSlice name = target.From(1);
        bool plain = !name.IsEmpty && char.IsAsciiLetterLower(name[0]);
        foreach (char c in name.Span)
        {
            plain &= char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-';
        }

        return plain
            ? target.Fail(0, $"the preset {target} is not supported yet", "write the names it stands for, one rule each")
            : target.Fail(0, $"\"{target}\" is not the name of a preset", "a preset is @ and lower-case letters, digits and hyphens");
    }
}
