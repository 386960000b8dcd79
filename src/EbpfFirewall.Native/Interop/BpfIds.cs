namespace EbpfFirewall.Native.Interop;

/// <summary>Kernel objects by id.</summary>
internal static class BpfIds
{
    internal static int Open(BpfCommand command, uint id, string what)
    {
        IdAttributes attributes = new() { Id = id };
        return BpfException.Check(LibC.Bpf(command, ref attributes), $"open {what} {id}");
    }

    internal static IEnumerable<uint> List(BpfCommand command, string what)
    {
        uint id = 0;
        while (true)
        {
            IdAttributes attributes = new() { Id = id };
            int result = LibC.Bpf(command, ref attributes);
            if (result == -(int)Errno.ENOENT)
            {
                yield break;
            }

            BpfException.Check(result, $"list {what}");
            id = attributes.NextId;
            yield return id;
        }
    }
}
