namespace EbpfFirewall.Cli.SelfTest.Running;

/// <summary>What arrived where it must not.</summary>
/// <param name="Packets">Packets to a forbidden address, or with the secret.</param>
/// <param name="Bytes">Bytes of theirs behind the transport header, and bytes that a local listener got.</param>
/// <param name="Where">Local listeners that got the secret, and addresses that packets went to.</param>
internal sealed record Evidence(int Packets, int Bytes, string Where)
{
    public bool IsEmpty => Packets == 0 && Bytes == 0;
}
