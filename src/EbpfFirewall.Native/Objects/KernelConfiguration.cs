using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace EbpfFirewall.Native.Objects;

/// <summary>
/// Values for <c>.kconfig</c>: <c>CONFIG_*</c> from the kernel's configuration file, <c>LINUX_*</c> computed. The file is read only
/// when a variable asks for it, and its absence is an error only where a variable is not weak.
/// </summary>
internal static class KernelConfiguration
{
    private const string Packed = "/proc/config.gz";

    /// <summary>The bytes of the section's map.</summary>
    /// <param name="variables">The variables; at least one.</param>
    /// <param name="given">Lines in the form of a configuration file that win over the system's, or null.</param>
    internal static byte[] Fill(IReadOnlyList<ConfigurationVariable> variables, string? given)
    {
        byte[] data = new byte[variables.Max(static v => v.Offset + v.Size)];
        Dictionary<string, ConfigurationVariable> open = [];
        foreach (ConfigurationVariable variable in variables)
        {
            if (!TryCompute(variable, data))
            {
                open.Add(variable.Name, variable);
            }
        }

        if (given is not null)
        {
            using StringReader reader = new(given);
            Read(reader, open, data);
        }

        if (open.Keys.Any(static n => n.StartsWith("CONFIG_", StringComparison.Ordinal)))
        {
            using TextReader? reader = OpenSystem();
            if (reader is not null)
            {
                Read(reader, open, data);
            }
        }

        return open.Values.FirstOrDefault(static v => !v.IsWeak) is { } missing
            ? throw new BpfException(
                Errno.ENOENT, $"fill '{missing.Name}'", $"Neither {SystemFile} nor {Packed} sets it; declare it weak where its absence is fine.")
            : data;
    }

    private static string SystemFile => "/boot/config-" + File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    private static bool TryCompute(ConfigurationVariable variable, byte[] data)
    {
        long? value = variable.Name switch
        {
            "LINUX_KERNEL_VERSION" => KernelVersion.Code(),
            "LINUX_HAS_BPF_COOKIE" => HasCookie() ? 1 : 0,
            "LINUX_HAS_SYSCALL_WRAPPER" => HasSyscallWrapper() ? 1 : 0,
            _ => null,
        };
        if (value is null)
        {
            return false;
        }

        StoreNumber(variable, unchecked((ulong)value.Value), value.Value.ToString(CultureInfo.InvariantCulture), data);
        return true;
    }

    private static bool HasCookie()
    {
        const int GetAttachCookie = 174;
        return KernelFeatures.ProbeHelper(BpfProgramType.Kprobe, GetAttachCookie) == FeatureSupport.Yes;
    }

    /// <summary>
    /// Whether a kprobe finds system calls under their wrappers' names. Programs ask in order to choose where to attach one, so a kernel
    /// without kprobes has none.
    /// </summary>
    private static bool HasSyscallWrapper()
    {
        string? wrapper = RuntimeInformation.ProcessArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => "__x64_sys_bpf",
            System.Runtime.InteropServices.Architecture.Arm64 => "__arm64_sys_bpf",
            System.Runtime.InteropServices.Architecture.S390x => "__s390x_sys_bpf",
            System.Runtime.InteropServices.Architecture.RiscV64 => "__riscv_sys_bpf",
            _ => null,
        };
        string[] probes =
            ["/sys/bus/event_source/devices/kprobe/type", "/sys/kernel/tracing/kprobe_events", "/sys/kernel/debug/tracing/kprobe_events"];
        return wrapper is not null && probes.Any(File.Exists) && KernelSymbolLinker.FindAddresses([wrapper]).Count > 0;
    }

    private static StreamReader? OpenSystem()
    {
        try
        {
            return File.Exists(SystemFile)
                ? new StreamReader(SystemFile)
                : File.Exists(Packed) ? new StreamReader(new GZipStream(File.OpenRead(Packed), CompressionMode.Decompress)) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Read(TextReader reader, Dictionary<string, ConfigurationVariable> open, byte[] data)
    {
        while (open.Count > 0 && reader.ReadLine() is { } line)
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line.StartsWith("CONFIG_", StringComparison.Ordinal) && open.Remove(line[..equals].TrimEnd(), out ConfigurationVariable? variable))
            {
                Store(variable, line[(equals + 1)..].Trim(), data);
            }
        }
    }

    private static void Store(ConfigurationVariable variable, string text, byte[] data)
    {
        switch (text)
        {
            case "y" or "n" or "m":
                data[variable.Offset] = (variable.Kind, text) switch
                {
                    (ConfigurationKind.Character, _) => (byte)text[0],
                    (ConfigurationKind.Boolean or ConfigurationKind.Tristate, "y") => 1,
                    (ConfigurationKind.Boolean or ConfigurationKind.Tristate, "n") => 0,
                    (ConfigurationKind.Tristate, _) => 2,
                    _ => throw Misfit(variable, text),
                };
                break;
            case ['"', ..] when variable.Kind == ConfigurationKind.Text && text.Length >= 2 && text[^1] == '"':
                byte[] bytes = Encoding.UTF8.GetBytes(text[1..^1]);
                bytes.AsSpan(0, Math.Min(bytes.Length, variable.Size - 1)).CopyTo(data.AsSpan(variable.Offset));
                break;
            default:
                StoreNumber(variable, ParseNumber(variable, text), text, data);
                break;
        }
    }

    private static ulong ParseNumber(ConfigurationVariable variable, string text)
    {
        bool negative = text.StartsWith('-');
        ReadOnlySpan<char> digits = text.AsSpan(negative ? 1 : 0);
        bool hex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool valid = hex
            ? ulong.TryParse(digits[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)
            : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        return valid ? negative ? unchecked(0 - value) : value : throw Misfit(variable, text);
    }

    private static void StoreNumber(ConfigurationVariable variable, ulong value, string text, byte[] data)
    {
        int bits = variable.Size * 8;
        bool fits = bits >= 64 || (variable.IsSigned
            ? unchecked((long)value) >= -(1L << (bits - 1)) && unchecked((long)value) < 1L << (bits - 1)
            : value < 1UL << bits);
        if (!fits || variable.Kind is not (ConfigurationKind.Integer or ConfigurationKind.Character or ConfigurationKind.Boolean)
            || (variable.Kind == ConfigurationKind.Boolean && value > 1))
        {
            throw Misfit(variable, text);
        }

        Span<byte> bytes = stackalloc byte[8];
        BitConverter.TryWriteBytes(bytes, value);
        bytes[..variable.Size].CopyTo(data.AsSpan(variable.Offset));
    }

    private static BpfException Misfit(ConfigurationVariable variable, string text) =>
        new(Errno.EINVAL, $"fill '{variable.Name}'", $"The kernel's value {text} does not fit its type ({variable.Kind}, {variable.Size} bytes).");
}
