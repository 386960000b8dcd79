using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native;

public sealed unsafe partial class BpfProgram
{
    /// <summary>
    /// Runs the program on given data, attached to nothing. Works for packet programs (give whole Ethernet frames of at least 14 bytes),
    /// and some others; <see cref="Errno.ENOTSUPP"/> for cgroup socket address hooks, sock_ops and their like.
    /// </summary>
    /// <param name="input">Packet.</param>
    /// <param name="output">Receives the packet afterwards; may be empty.</param>
    /// <param name="context">The context, such as <c>struct __sk_buff</c>, or empty.</param>
    /// <param name="contextOutput">Receives the context afterwards; may be empty.</param>
    /// <param name="repeat">How many times to run; 0 is once.</param>
    /// <exception cref="BpfException">The type cannot be test-run, or the data do not suit it.</exception>
    public BpfTestRunResult TestRun(
        ReadOnlySpan<byte> input,
        Span<byte> output = default,
        ReadOnlySpan<byte> context = default,
        Span<byte> contextOutput = default,
        int repeat = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(repeat);
        using FdLease lease = new(Handle);
        fixed (byte* inPointer = input, outPointer = output, contextPointer = context, contextOutPointer = contextOutput)
        {
            TestRunAttributes attributes = new()
            {
                ProgramFd = lease.Fd,
                DataIn = inPointer,
                DataSizeIn = (uint)input.Length,
                DataOut = outPointer,
                DataSizeOut = (uint)output.Length,
                ContextIn = contextPointer,
                ContextSizeIn = (uint)context.Length,
                ContextOut = contextOutPointer,
                ContextSizeOut = (uint)contextOutput.Length,
                Repeat = (uint)repeat,
            };
            BpfException.Check(LibC.Bpf(BpfCommand.ProgramTestRun, ref attributes), $"test-run program '{Name}'");
            return new BpfTestRunResult(attributes.ReturnValue, (int)attributes.DataSizeOut, TimeSpan.FromMicroseconds(attributes.DurationNs / 1000.0));
        }
    }
}
