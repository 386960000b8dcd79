using System.Collections.Immutable;
using System.Text;
using EbpfFirewall.Decisions;
using EbpfFirewall.Kernel.Records;

namespace EbpfFirewall.Kernel;

/// <summary>Turns what the kernel side recorded of a process into a <see cref="ProcessIdentity"/>.</summary>
internal static class ProcessIdentityReader
{
    /// <summary>What is known from the key alone, when the record is gone.</summary>
    public static ProcessIdentity FromKey(in ProcessKey key) =>
        key.ProcessId == 0
            ? ProcessIdentity.Unknown
            : new ProcessIdentity { ProcessId = (int)key.ProcessId, StartTime = FromNanoseconds(key.StartNs) };

    public static ProcessIdentity Read(in ProcessKey key, in ProcessRecord record) => new()
    {
        ProcessId = (int)key.ProcessId,
        StartTime = FromNanoseconds(key.StartNs),
        UserId = record.Uid,
        Name = Text(record.Comm),
        Executable = ExecutablePath(record),
        Arguments = ArgumentVector(record),
        ArgumentsTruncated = record.ArgsBytes > ArgumentBytes.Length,
        Parents = Ancestors(record),
    };

    private static ImmutableArray<ParentProcess> Ancestors(in ProcessRecord record)
    {
        int count = (int)Math.Min(record.ParentCount, ParentSlots.Length);
        ImmutableArray<ParentProcess>.Builder parents = ImmutableArray.CreateBuilder<ParentProcess>(count);
        for (int i = 0; i < count; i++)
        {
            ParentRecord parent = record.Parents[i];
            parents.Add(new ParentProcess((int)parent.ProcessId, FromNanoseconds(parent.StartNs), Text(parent.Comm)));
        }

        return parents.MoveToImmutable();
    }

    // The components stand file first; a path that was cut on its way up starts with dots instead of a slash.
    private static string ExecutablePath(in ProcessRecord record)
    {
        ReadOnlySpan<byte> slots = record.Exe;
        var parts = new List<string>();
        for (int at = 0; at < slots.Length; at += ExecutableSlots.SlotBytes)
        {
            string part = Text(slots.Slice(at, ExecutableSlots.SlotBytes));
            if (part.Length > 0)
            {
                parts.Add(part);
            }
        }

        if (parts.Count == 0)
        {
            return "";
        }

        parts.Reverse();
        return (record.ExeWhole != 0 ? "/" : ".../") + string.Join('/', parts);
    }

    private static ImmutableArray<string> ArgumentVector(in ProcessRecord record)
    {
        ReadOnlySpan<byte> bytes = record.Args;
        bytes = bytes[..(int)Math.Min(record.ArgsBytes, ArgumentBytes.Length)];
        ImmutableArray<string>.Builder arguments = ImmutableArray.CreateBuilder<string>();
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOf((byte)0);
            ReadOnlySpan<byte> argument = end < 0 ? bytes : bytes[..end];
            arguments.Add(Encoding.UTF8.GetString(argument));
            bytes = end < 0 ? default : bytes[(end + 1)..];
        }

        return arguments.DrainToImmutable();
    }

    private static string Text(ReadOnlySpan<byte> padded)
    {
        int end = padded.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? padded : padded[..end]);
    }

    private static TimeSpan FromNanoseconds(ulong nanoseconds) =>
        TimeSpan.FromTicks((long)(nanoseconds / TimeSpan.NanosecondsPerTick));
}
