using System.Net;
using System.Text.Json;

namespace EbpfFirewall.TestKit.Logs;

/// <summary>One line of a JSON log, as a reader outside the product sees it.</summary>
/// <param name="Json">The whole object.</param>
public sealed record LogRecord(JsonElement Json)
{
    public bool Blocked => Json.TryGetProperty("blocked", out JsonElement value) && value.GetBoolean();

    public string BlockedAt => Text("blockedAt");

    public string Message => Text("msg");

    public string Reason => Text("reason");

    public string Because => Text("because");

    public string Stage => Text("stage");

    public string Command => Text("cmd");

    public string Port => Text("port");

    public string Address => Text("ip");

    public int ProcessId => Json.TryGetProperty("pid", out JsonElement value) ? value.GetInt32() : int.MinValue;

    /// <summary>The names in <c>domains</c>, which is a text that joins them with commas; trailing dots removed.</summary>
    public string[] Domains =>
        [.. Text("domains").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(name => name.TrimEnd('.'))];

    /// <summary>A member as text: strings as they are, everything else as JSON; empty when there is none.</summary>
    public string Text(string name) =>
        !Json.TryGetProperty(name, out JsonElement value) ? ""
        : value.ValueKind == JsonValueKind.String ? value.GetString()!
        : value.GetRawText();

    /// <summary>True when <c>ip</c> is this address, IPv4-mapped or not.</summary>
    public bool IsAbout(string address) =>
        IPAddress.TryParse(Address, out IPAddress? own)
        && (own.IsIPv4MappedToIPv6 ? own.MapToIPv4() : own).Equals(IPAddress.Parse(address));

    public override string ToString() => Json.GetRawText();
}
