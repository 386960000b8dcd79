namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>Names of decision reasons that attempts expect, as events have them.</summary>
internal static class Because
{
    public const string NotAllowed = "NotInAllowList";
    public const string Reserved = "ReservedDestination";
    public const string Loopback = "ForeignLoopback";
    public const string Socket = "SocketType";
    public const string Protocol = "Protocol";
    public const string Options = "IpOptions";
    public const string Extension = "ExtensionHeader";
    public const string Fragment = "Fragment";
    public const string Malformed = "MalformedPacket";
    public const string Inbound = "Inbound";
    public const string SocketOption = "SocketOption";
    public const string NameDenied = "NameDenied";
    public const string NotRedirected = "NotRedirected";
    public const string SystemCall = "SystemCall";

    /// <summary>Any reason at the stage unix.</summary>
    public const string Unix = "stage:Unix";

    public static bool HasNoDestination(string reason) => reason is Socket or SocketOption or SystemCall or Options or Extension or Unix;
}
