using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EbpfFirewall.Native.Interop;

/// <summary>perf_event_open(2) for what BPF programs attach to.</summary>
internal static unsafe class PerfEvent
{
    private const string Devices = "/sys/bus/event_source/devices";

    private static readonly string[] Mounts = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

    internal static SafeFileHandle OpenProbe(string device, string target, ulong offset, int pid, bool atReturn)
    {
        string operation = $"open a {device} on '{target}'";
        uint type = ReadNumber(Path.Combine(Devices, device, "type"), operation, $"The kernel has no {device}s.");

        // format/retprobe reads "config:N", N being the bit.
        int bit = 0;
        string format = Path.Combine(Devices, device, "format", "retprobe");
        if (atReturn && File.Exists(format))
        {
            bit = int.Parse(File.ReadAllText(format).Trim()["config:".Length..], CultureInfo.InvariantCulture);
        }

        fixed (byte* name = Encoding.UTF8.GetBytes(target + "\0"))
        {
            PerfEventAttributes attributes = new() { Type = type, Config = atReturn ? 1UL << bit : 0, Config1 = (ulong)name, Config2 = offset };
            return Open(ref attributes, pid, operation);
        }
    }

    internal static SafeFileHandle OpenTracepoint(string category, string name)
    {
        const uint Tracepoint = 2;
        string operation = $"open tracepoint '{category}:{name}'";
        string? id = Mounts
            .Select(mount => Path.Combine(mount, "events", category, name, "id")).FirstOrDefault(File.Exists);
        PerfEventAttributes attributes = new()
        {
            Type = Tracepoint,
            Config = ReadNumber(id ?? "", operation, "There is no such tracepoint, or no tracefs mounted at /sys/kernel/tracing."),
        };
        return Open(ref attributes, -1, operation);
    }

    private static SafeFileHandle Open(ref PerfEventAttributes attributes, int pid, string operation)
    {
        attributes.Size = (uint)sizeof(PerfEventAttributes);

        // One process on any CPU, or one CPU for all processes: the program runs on every CPU all the same.
        int result = LibC.OpenPerfEvent(ref attributes, pid, pid < 0 ? 0 : -1);
        return new SafeFileHandle(BpfException.Check(result, operation), ownsHandle: true);
    }

    private static uint ReadNumber(string file, string operation, string advice) => File.Exists(file)
        ? uint.Parse(File.ReadAllText(file).Trim(), CultureInfo.InvariantCulture)
        : throw new BpfException(Errno.ENOENT, operation, advice);
}
