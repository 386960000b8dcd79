using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EbpfFirewall.Policies;

namespace EbpfFirewall.Decisions;

/// <summary>
/// Decisions as JSON, one object a line. The fields of the reference tool's log keep its names, types and values; ours stand beside them.
/// docs/schema/decision-event.schema.json has them all.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
public static class DecisionJson
{
    /// <summary>Leaves letters of all scripts readable; control characters and line separators are escaped by every encoder.</summary>
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object, without a line break.</summary>
    /// <param name="decision">The decision.</param>
    public static string Format(DecisionEvent decision)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        Write(decision, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes one object and a line break, UTF-8.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="output">Where to.</param>
    public static void WriteLine(DecisionEvent decision, IBufferWriter<byte> output)
    {
        Write(decision, output);
        output.Write("\n"u8);
    }

    private static void Write(DecisionEvent decision, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(output);
        using Utf8JsonWriter writer = new(output, Options);
        writer.WriteStartObject();
        writer.WriteString("time", decision.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture));
        writer.WriteString("level", ReferenceFields.Level(decision));
        if (ReferenceFields.EventType(decision) is { } eventType)
        {
            WriteEvent(writer, decision, eventType);
        }
        else
        {
            WriteDecision(writer, decision);
        }

        WriteOurs(writer, decision);
        DecisionProcessJson.Write(writer, decision);
        writer.WriteEndObject();
    }

    private static void WriteDecision(Utf8JsonWriter writer, DecisionEvent decision)
    {
        writer.WriteString("msg", ReferenceFields.Message(decision));
        writer.WriteString("because", ReferenceFields.Because(decision));
        writer.WriteBoolean("blocked", decision.Blocked);
        writer.WriteString("blockedAt", ReferenceFields.BlockedAt(decision));
        WriteText(writer, "domains", ReferenceFields.Domains(decision));
        writer.WriteString("ruleSource", ReferenceFields.RuleSource(decision));
        WriteText(writer, "ruleSourceComment", ReferenceFields.RuleSourceComment(decision));
        writer.WriteNumber("pid", decision.Process.ProcessId);
        writer.WriteString("port", ReferenceFields.Port(decision));
        writer.WriteString("ip", ReferenceFields.Ip(decision));
        writer.WriteString("originalIp", ReferenceFields.OriginalIp(decision));
        writer.WriteString("url", "");
        WriteText(writer, "cmd", decision.Process.CommandLine);
        WriteText(writer, "explanation", DecisionExplanation.Of(decision));
    }

    /// <summary>The reference tool writes the port of these records as a number.</summary>
    private static void WriteEvent(Utf8JsonWriter writer, DecisionEvent decision, string eventType)
    {
        writer.WriteString("msg", eventType);
        writer.WriteString("eventType", eventType);
        writer.WriteString("ip", ReferenceFields.Ip(decision));
        writer.WriteString("originalIp", ReferenceFields.OriginalIp(decision));
        writer.WriteNumber("port", decision.Destination?.Port ?? 0);
        writer.WriteNumber("pid", decision.Process.ProcessId);
        WriteText(writer, "cmd", decision.Process.CommandLine);
        writer.WriteBoolean("allowed", decision.Verdict == Verdict.Allow);
    }

    private static void WriteOurs(Utf8JsonWriter writer, DecisionEvent decision)
    {
        writer.WriteString("reason", decision.Reason.ToString());
        writer.WriteString("stage", LowerName(decision.Stage.ToString()));
        writer.WriteString("verdict", LowerName(decision.Verdict.ToString()));
        writer.WriteString("mode", PolicyModeText.Format(decision.Mode));
        WriteText(writer, "sandbox", decision.Sandbox);
        writer.WriteNumber("revision", decision.Revision);
        writer.WriteNumber("repeat", decision.RepeatCount);
        writer.WriteBoolean("isRepeat", decision.IsRepeat);
        if (decision.Rule is { } rule)
        {
            WriteText(writer, "rule", rule.Text);
            writer.WriteString("ruleId", rule.Id);
        }

        if (decision.Limit is { } limit)
        {
            writer.WriteString("limit", limit.ToString());
        }

        if (decision.Protocol != 0)
        {
            writer.WriteString("protocol", IanaNames.Protocol(decision.Protocol));
        }

        if (decision.UnixSocket is { } unixSocket)
        {
            WriteText(writer, "unixSocket", unixSocket);
        }

        WriteTexts(writer, "names", decision.Names);
        if (!decision.Addresses.IsDefaultOrEmpty)
        {
            WriteTexts(writer, "addresses", [.. decision.Addresses.Select(address => address.ToString())]);
        }

        if (decision.QueryType != 0)
        {
            writer.WriteString("queryType", IanaNames.QueryType(decision.QueryType));
        }

        if (decision.DnsTransactionId is { } id)
        {
            writer.WriteNumber("dnsTransactionId", id);
        }

        if (decision.SystemCall.Length > 0)
        {
            writer.WriteString("systemCall", decision.SystemCall);
        }

        if (decision.SocketOption is { } socketOption)
        {
            writer.WriteString("socketOption", socketOption);
        }

        if (decision.SocketFamily != 0)
        {
            writer.WriteString("socketFamily", IanaNames.SocketFamily(decision.SocketFamily));
            writer.WriteString("socketType", IanaNames.SocketType(decision.SocketType));
        }
    }

    /// <summary>An array, left out when empty.</summary>
    internal static void WriteTexts(Utf8JsonWriter writer, string name, ImmutableArray<string> values)
    {
        if (values.IsDefaultOrEmpty)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (string value in values)
        {
            writer.WriteStringValue(Encode(value));
        }

        writer.WriteEndArray();
    }

    internal static void WriteText(Utf8JsonWriter writer, string name, string value) => writer.WriteString(name, Encode(value));

    internal static string LowerName(string name) => name.ToLowerInvariant();

    /// <summary>Foreign text. Where it has characters that hide or reorder what is shown, all but ASCII is escaped.</summary>
    private static JsonEncodedText Encode(string value)
    {
        bool deceives = value.Any(c => char.GetUnicodeCategory(c) == UnicodeCategory.Format);
        return JsonEncodedText.Encode(value, deceives ? JavaScriptEncoder.Default : JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
    }
}
