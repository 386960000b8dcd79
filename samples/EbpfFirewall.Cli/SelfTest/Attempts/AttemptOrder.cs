using EbpfFirewall.Cli.SelfTest.Lab;

namespace EbpfFirewall.Cli.SelfTest.Attempts;

/// <summary>What the process that makes an attempt is told.</summary>
/// <param name="Id">The attempt.</param>
/// <param name="Number">Its number in this run, which its addresses come from.</param>
/// <param name="Token">The secret that must not get out.</param>
/// <param name="Confined">Whether it runs in a sandbox.</param>
/// <param name="World">What it may lean on.</param>
internal sealed record AttemptOrder(string Id, int Number, string Token, bool Confined, World World);
