using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native.StructOps;

/// <summary>A variable of a <c>.struct_ops</c> section: what an object implements of a structure of the kernel.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Type">Its structure, as the object declares it.</param>
/// <param name="Data">Its bytes, null where pointers to functions are.</param>
/// <param name="HasLink">Whether it is registered by a link.</param>
internal sealed record StructOpsDefinition(string Name, BtfType Type, byte[] Data, bool HasLink)
{
    /// <summary>The programs by the offset of the pointer to them.</summary>
    internal Dictionary<int, string> Programs { get; } = [];

    /// <summary>The kernel's structure: what follows <c>___</c> is the object's own business.</summary>
    internal string KernelType => System.Text.Encoding.UTF8.GetString(Btf.EssentialName(Type.NameBytes));

    /// <summary>The member that a program is for; null when it is for none.</summary>
    internal string? MemberOf(string program)
    {
        foreach ((int offset, string name) in Programs)
        {
            if (name == program)
            {
                return MemberAt(offset);
            }
        }

        return null;
    }

    private string? MemberAt(int offset)
    {
        for (int i = 0; i < Type.Count; i++)
        {
            BtfMember member = Type.Member(i);
            if (member.BitOffset == offset * 8)
            {
                return Type.Owner.String(member.NameOffset);
            }
        }

        return null;
    }
}
