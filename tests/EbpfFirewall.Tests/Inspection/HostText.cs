namespace EbpfFirewall.Tests.Inspection;

/// <summary>A second opinion on what may stand for a host.</summary>
internal static class HostText
{
    /// <summary>Name, Address (the last label is a number) or Malformed.</summary>
    internal static InspectionAnswer Check(string text, out string name)
    {
        name = text.ToLowerInvariant();
        name = name.EndsWith('.') ? name[..^1] : name;
        string[] labels = name.Split('.');
        bool isHost = name.Length <= 253
            && labels.All(label => label.Length is > 0 and <= 63)
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        return !isHost ? InspectionAnswer.Malformed
            : labels[^1].All(char.IsAsciiDigit) ? InspectionAnswer.Address
            : InspectionAnswer.Name;
    }
}
