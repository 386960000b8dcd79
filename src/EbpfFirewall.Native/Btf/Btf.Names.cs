using System.Runtime.InteropServices;
using System.Text;
using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native;

public sealed partial class Btf
{
    private readonly Lock _indexing = new();
    private volatile NameIndex? _names;

    /// <summary>The first structure or union of this name, or null.</summary>
    public BtfStruct? FindStruct(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        int id = FindId(name, BtfKind.Struct);
        id = id < 0 ? FindId(name, BtfKind.Union) : id;
        return id < 0 ? null : BtfStruct.From(Type(id));
    }

    /// <summary>Id of the first type of this exact name and kind, or -1.</summary>
    internal int FindId(string name, BtfKind kind)
    {
        byte[] wanted = Encoding.UTF8.GetBytes(name);
        foreach (int id in Candidates(EssentialName(wanted)))
        {
            BtfType type = Type(id);
            if (type.Kind == kind && type.NameBytes.SequenceEqual(wanted))
            {
                return id;
            }
        }

        return _base?.FindId(name, kind) ?? -1;
    }

    /// <summary>Ids, ascending, of this BTF's own types (not the base's) whose name without flavour is <paramref name="essential"/>.</summary>
    internal List<int> Candidates(ReadOnlySpan<byte> essential)
    {
        NameIndex index = Names();
        List<int> found = [];
        for (int i = index.First(essential); i >= 0; i = index.Next[i])
        {
            if (EssentialName(new BtfType(this, _firstId + i, _offsets[i]).NameBytes).SequenceEqual(essential))
            {
                found.Add(_firstId + i);
            }
        }

        found.Reverse();
        return found;
    }

    /// <summary>The name without its flavour: <c>task_struct___v2</c> is <c>task_struct</c>.</summary>
    internal static ReadOnlySpan<byte> EssentialName(ReadOnlySpan<byte> name)
    {
        for (int i = name.Length - 5; i >= 0; i--)
        {
            if (name[i] != '_' && name[i + 1] == '_' && name[i + 2] == '_' && name[i + 3] == '_' && name[i + 4] != '_')
            {
                return name[..(i + 1)];
            }
        }

        return name;
    }

    private NameIndex Names()
    {
        if (_names is { } ready)
        {
            return ready;
        }

        lock (_indexing)
        {
            return _names ??= BuildNames();
        }
    }

    private NameIndex BuildNames()
    {
        NameIndex index = new(_offsets.Length);
        ReadOnlySpan<byte> types = _types.Span;
        for (int i = 0; i < _offsets.Length; i++)
        {
            uint nameOffset = MemoryMarshal.Read<uint>(types[_offsets[i]..]);
            if (nameOffset != 0)
            {
                index.Add(EssentialName(StringBytes(nameOffset)), i);
            }
        }

        return index;
    }

    /// <summary>A chained hash table of type indexes; two integers a type, no strings.</summary>
    private sealed class NameIndex
    {
        private readonly int[] _heads;

        internal NameIndex(int count)
        {
            _heads = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, count))];
            Array.Fill(_heads, -1);
            Next = new int[count];
        }

        internal int[] Next { get; }

        internal int First(ReadOnlySpan<byte> name) => _heads[Bucket(name)];

        internal void Add(ReadOnlySpan<byte> name, int index)
        {
            ref int head = ref _heads[Bucket(name)];
            Next[index] = head;
            head = index;
        }

        private int Bucket(ReadOnlySpan<byte> name)
        {
            uint hash = 2166136261;
            foreach (byte b in name)
            {
                hash = (hash ^ b) * 16777619;
            }

            return (int)(hash & (uint)(_heads.Length - 1));
        }
    }
}
