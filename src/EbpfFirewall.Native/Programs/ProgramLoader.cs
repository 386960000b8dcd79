using System.Text;
using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.Interop;

namespace EbpfFirewall.Native.Programs;

/// <summary>BPF_PROG_LOAD: without a log first, since a log costs time; with one when it fails.</summary>
internal static unsafe class ProgramLoader
{
    // EAGAIN means that a signal came while the verifier was busy.
    private const int MostAttempts = 30;
    private const int FirstLogBytes = 1 << 20;
    private const int LargestLogBytes = 1 << 28;

    // Every attempt verifies the program again. Logs beyond this are of no use to a reader: their end is.
    private const int LongestWholeLog = 16 << 20;

    internal static SafeProgramHandle Load(ProgramLoadRequest request)
    {
        byte[] license = Encoding.UTF8.GetBytes(request.License + "\0");
        using FdLease btf = request.Btf is null ? default : new FdLease(request.Btf);
        using FdLease token = request.Token is null ? default : new FdLease(request.Token.Handle);
        fixed (BpfInstruction* code = request.Code)
        fixed (FunctionRecord* functions = request.Functions)
        fixed (LineRecord* lines = request.Lines)
        fixed (byte* licensePointer = license)
        fixed (int* descriptors = request.Descriptors)
        {
            ProgramLoadAttributes attributes = new()
            {
                ProgramType = (uint)request.Type,
                ExpectedAttachType = (uint)(request.AttachType ?? 0),
                Flags = (uint)request.Flags | (request.Token is null ? 0 : BpfToken.Flag),
                TokenFd = token.Fd,
                Instructions = code,
                InstructionCount = (uint)request.Code.Length,
                License = licensePointer,
                KernelVersion = request.KernelVersion,
                Name = KernelObjectName.From(request.Name),
                AttachBtfId = request.AttachBtfId,
                AttachFd = request.AttachFd,
                FdArray = descriptors,
            };
            if (request.Btf is not null && request.Functions.Length > 0)
            {
                attributes.BtfFd = btf.Fd;
                attributes.FuncInfo = functions;
                attributes.FuncInfoCount = (uint)request.Functions.Length;
                attributes.FuncInfoRecordSize = (uint)sizeof(FunctionRecord);
                attributes.LineInfo = lines;
                attributes.LineInfoCount = (uint)request.Lines.Length;
                attributes.LineInfoRecordSize = (uint)sizeof(LineRecord);
            }

            int result = Call(ref attributes);
            return result >= 0 ? new SafeProgramHandle(result) : LoadWithLog(request, attributes, result);
        }
    }

    private static SafeProgramHandle LoadWithLog(ProgramLoadRequest request, ProgramLoadAttributes attributes, int firstError)
    {
        int size = FirstLogBytes;
        while (true)
        {
            byte[] log = new byte[size];
            int result;
            fixed (byte* pointer = log)
            {
                attributes.LogBuffer = pointer;
                attributes.LogSize = (uint)size;
                attributes.LogLevel = 1;
                attributes.LogTrueSize = 0;
                result = Call(ref attributes);
            }

            if (result >= 0)
            {
                return new SafeProgramHandle(result);
            }

            // From 6.4 on the kernel says how much it had to say, and keeps the end of it.
            bool isKnown = attributes.LogTrueSize > size;
            if (result == -(int)Errno.ENOSPC && (isKnown ? attributes.LogTrueSize <= LongestWholeLog : size < LargestLogBytes))
            {
                size = isKnown ? (int)attributes.LogTrueSize : size * 4;
                continue;
            }

            // A log buffer that the kernel cannot take or fill must not hide the first reason.
            Errno error = (Errno)(-(result is -(int)Errno.EFAULT or -(int)Errno.ENOSPC ? firstError : result));
            int end = Array.IndexOf(log, (byte)0);
            string text = Encoding.UTF8.GetString(log, 0, end < 0 ? log.Length : end);
            throw text.Length > 0
                ? new BpfVerifierException(error, request.Name, VerifierReport.From(text, request.Poisoned), text)
                : new BpfException(error, $"load program '{request.Name}' ({request.Type})", Advice(error, request));
        }
    }

    private static string? Advice(Errno error, ProgramLoadRequest request) => error == Errno.EINVAL
        ? $"The kernel does not know program type {request.Type}, its hook, one of its flags, or a helper it may call only under a GPL-compatible licence (this one: '{request.License}')."
        : null;

    private static int Call(ref ProgramLoadAttributes attributes)
    {
        int result = 0;
        for (int i = 0; i < MostAttempts; i++)
        {
            result = LibC.Bpf(BpfCommand.ProgramLoad, ref attributes);
            if (result != -(int)Errno.EAGAIN)
            {
                return result;
            }
        }

        return result;
    }
}
