using System.Text;
using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native.Features;

/// <summary>Probes by loading the smallest possible programs.</summary>
internal static unsafe class ProgramProbe
{
    private static readonly BpfInstruction ReturnZero = new(0xb7, 0, 0, 0);
    private static readonly BpfInstruction Exit = new(0x95, 0, 0, 0);

    private static readonly Lazy<bool> FunctionAddresses = new(ProbeFunctionAddresses);

    /// <summary>Whether programs can load the address of a kernel function: of any, since the verifier looks only at the kind of the type.</summary>
    internal static bool TakesFunctionAddresses => FunctionAddresses.Value;

    internal static FeatureSupport Type(BpfProgramType type)
    {
        ProbeResult result = Load(type, DefaultHook(type), [ReturnZero, Exit]);
        return result.Error switch
        {
            Errno.None => FeatureSupport.Yes,
            Errno.EPERM => FeatureSupport.NotAllowed,

            // These need a target; the complaint about ours shows that the kernel got as far as looking at it.
            Errno.EINVAL when result.Log.Contains("attach_btf_id 1", StringComparison.Ordinal)
                || result.Log.Contains("Cannot replace", StringComparison.Ordinal) => FeatureSupport.Yes,
            Errno.ENOTSUPP when type == BpfProgramType.StructOps => FeatureSupport.Yes,
            Errno.EINVAL or Errno.E2BIG => FeatureSupport.No,
            Errno.EACCES => FeatureSupport.Yes,
            _ => FeatureSupport.Unknown,
        };
    }

    internal static FeatureSupport Hook(BpfProgramType type, BpfAttachType hook)
    {
        ProbeResult zero = Load(type, hook, [ReturnZero, Exit]);

        // Some hooks want 1 (recvmsg, getpeername): the verifier's opinion of the value is a yes.
        return zero.Error switch
        {
            Errno.None => FeatureSupport.Yes,
            Errno.EPERM => FeatureSupport.NotAllowed,
            Errno.EINVAL when zero.Log.Length > 0 => FeatureSupport.Yes,
            Errno.EINVAL or Errno.E2BIG => FeatureSupport.No,
            _ => FeatureSupport.Unknown,
        };
    }

    internal static FeatureSupport Helper(BpfProgramType type, int helper)
    {
        if (type is BpfProgramType.Tracing or BpfProgramType.Extension or BpfProgramType.Lsm or BpfProgramType.StructOps)
        {
            return FeatureSupport.Unknown;
        }

        ProbeResult result = Load(type, DefaultHook(type), [new BpfInstruction(BpfInstruction.CallOpcode, 0, 0, helper), Exit]);
        bool isAbsent = result.Log.Contains("invalid func ", StringComparison.Ordinal)
            || result.Log.Contains("unknown func ", StringComparison.Ordinal)
            || result.Log.Contains("program of this type cannot use helper ", StringComparison.Ordinal);
        return result.Error switch
        {
            _ when isAbsent => FeatureSupport.No,
            Errno.EPERM => FeatureSupport.NotAllowed,
            _ when result.Log.Length > 0 || result.Error == Errno.None => FeatureSupport.Yes,
            _ => Type(type) == FeatureSupport.Yes ? FeatureSupport.Unknown : Type(type),
        };
    }

    private static bool ProbeFunctionAddresses()
    {
        // A function that every kernel with type information has.
        int id = KernelBtf.Load().FindId("bpf_prog_put", BtfKind.Function);
        BpfInstruction first = new BpfInstruction(BpfInstruction.LoadImmediate64, 1, 0, id).WithSource(BpfInstruction.PseudoBtfId);
        return id > 0 && Load(BpfProgramType.SchedCls, null, [first, default, ReturnZero, Exit]).Error == Errno.None;
    }

    /// <summary>Loads, for the link probes; the caller disposes.</summary>
    internal static SafeProgramHandle? TryLoad(BpfProgramType type, BpfAttachType? hook)
    {
        ProbeResult result = Load(type, hook, [ReturnZero, Exit], keep: true, out int fd);
        return result.Error == Errno.None ? new SafeProgramHandle(fd) : null;
    }

    private static ProbeResult Load(BpfProgramType type, BpfAttachType? hook, BpfInstruction[] code) =>
        Load(type, hook, code, keep: false, out _);

    private static ProbeResult Load(BpfProgramType type, BpfAttachType? hook, BpfInstruction[] code, bool keep, out int fd)
    {
        byte[] log = new byte[4096];
        bool needsTarget = type is BpfProgramType.Tracing or BpfProgramType.Extension or BpfProgramType.Lsm;
        fixed (BpfInstruction* codePointer = code)
        fixed (byte* license = "GPL\0"u8)
        fixed (byte* logPointer = log)
        {
            ProgramLoadAttributes attributes = new()
            {
                ProgramType = (uint)type,
                ExpectedAttachType = (uint)(hook ?? 0),
                Instructions = codePointer,
                InstructionCount = (uint)code.Length,
                License = license,
                LogBuffer = logPointer,
                LogSize = (uint)log.Length,
                LogLevel = 1,
                AttachBtfId = needsTarget ? 1u : 0,
                Flags = type == BpfProgramType.Syscall ? (uint)BpfProgramFlags.Sleepable : 0,
            };
            fd = LibC.Bpf(BpfCommand.ProgramLoad, ref attributes);
            for (int i = 0; i < 10 && fd == -(int)Errno.EAGAIN; i++)
            {
                fd = LibC.Bpf(BpfCommand.ProgramLoad, ref attributes);
            }
        }

        if (fd >= 0 && !keep)
        {
            LibC.Close(fd);
        }

        int end = Array.IndexOf(log, (byte)0);
        return new ProbeResult(fd >= 0 ? Errno.None : (Errno)(-fd), Encoding.UTF8.GetString(log, 0, Math.Max(0, end)));
    }

    private static BpfAttachType? DefaultHook(BpfProgramType type) => type switch
    {
        BpfProgramType.CgroupSockAddr => BpfAttachType.CgroupInet4Connect,
        BpfProgramType.CgroupSockopt => BpfAttachType.CgroupGetsockopt,
        BpfProgramType.CgroupSock => BpfAttachType.CgroupInetSockCreate,
        BpfProgramType.SkLookup => BpfAttachType.SkLookup,
        BpfProgramType.Netfilter => BpfAttachType.Netfilter,
        BpfProgramType.Tracing => BpfAttachType.TraceFentry,
        BpfProgramType.Lsm => BpfAttachType.LsmMac,
        _ => null,
    };
}
