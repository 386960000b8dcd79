namespace EbpfFirewall.TestKit.Interop;

/// <summary>Signal numbers of Linux on x64 and arm64 (signal(7)).</summary>
public enum Signal
{
    /// <summary>Asks only whether the process exists.</summary>
    None = 0,
    Hangup = 1,
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    User1 = 10,
    User2 = 12,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
