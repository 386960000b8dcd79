using System.Text.Json.Serialization;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>Orders and reports as JSON lines.</summary>
[JsonSerializable(typeof(AttemptOrder))]
[JsonSerializable(typeof(AttemptReport))]
internal sealed partial class MessageContext : JsonSerializerContext;
