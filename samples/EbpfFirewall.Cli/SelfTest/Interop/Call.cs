using System.Runtime.InteropServices;

namespace EbpfFirewall.Cli.SelfTest.Interop;

/// <summary>Numbers of the system calls that attempts make; the kernel's, per architecture.</summary>
internal static class Call
{
    public static readonly int Read = On(0, 63);
    public static readonly int Write = On(1, 64);
    public static readonly int Close = On(3, 57);
    public static readonly int MemoryMap = On(9, 222);
    public static readonly int IoControl = On(16, 29);
    public static readonly int SendFile = On(40, 71);
    public static readonly int Socket = On(41, 198);
    public static readonly int Connect = On(42, 203);
    public static readonly int SendTo = On(44, 206);
    public static readonly int ReceiveFrom = On(45, 207);
    public static readonly int SendMessage = On(46, 211);
    public static readonly int ReceiveMessage = On(47, 212);
    public static readonly int Bind = On(49, 200);
    public static readonly int Listen = On(50, 201);
    public static readonly int GetSocketName = On(51, 204);
    public static readonly int SocketPair = On(53, 199);
    public static readonly int SetSocketOption = On(54, 208);
    public static readonly int GetSocketOption = On(55, 209);
    public static readonly int Clone = On(56, 220);
    public static readonly int Kill = On(62, 129);
    public static readonly int Trace = On(101, 117);
    public static readonly int FileControl = On(72, 25);
    public static readonly int SetUser = On(105, 146);
    public static readonly int ExitGroup = On(231, 94);
    public static readonly int KeyControl = On(250, 219);
    public static readonly int PivotRoot = On(155, 41);
    public static readonly int ProcessControl = On(157, 167);
    public static readonly int SetIds = On(117, 147);
    public static readonly int ChangeRoot = On(161, 51);
    public static readonly int Mount = On(165, 40);
    public static readonly int Unmount = On(166, 39);
    public static readonly int InitModule = On(175, 105);
    public static readonly int SetClock = On(227, 112);
    public static readonly int AddKey = On(248, 217);
    public static readonly int RequestKey = On(249, 218);
    public static readonly int OpenAt = On(257, 56);
    public static readonly int MakeDirectory = On(258, 34);
    public static readonly int Unshare = On(272, 97);
    public static readonly int Splice = On(275, 76);
    public static readonly int Accept = On(288, 242);
    public static readonly int Pipe = On(293, 59);
    public static readonly int PerfEventOpen = On(298, 241);
    public static readonly int OpenByHandle = On(304, 265);
    public static readonly int SendMessages = On(307, 269);
    public static readonly int SetNamespace = On(308, 268);
    public static readonly int ProcessWrite = On(311, 271);
    public static readonly int Bpf = On(321, 280);
    public static readonly int UserFaultFd = On(323, 282);

    // From 424 on they are the same everywhere.
    public static readonly int RingSetup = 425;
    public static readonly int RingEnter = 426;
    public static readonly int FsOpen = 430;
    public static readonly int PidFdOpen = 434;
    public static readonly int Clone3 = 435;
    public static readonly int PidFdGetFd = 438;

    /// <summary>Marks calls of the x32 ABI.</summary>
    public const int X32 = 0x40000000;

    private static int On(int x64, int arm64) => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? arm64 : x64;
}
