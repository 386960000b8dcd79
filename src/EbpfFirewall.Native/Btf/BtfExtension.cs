using EbpfFirewall.Native.CoRe;
using EbpfFirewall.Native.Elf;

namespace EbpfFirewall.Native.BtfModel;

/// <summary>The records of an object's <c>.BTF.ext</c> by section name; indexes are instructions from the start of the section.</summary>
internal sealed class BtfExtension
{
    internal const string SectionName = ".BTF.ext";

    internal Dictionary<string, List<FunctionRecord>> Functions { get; } = [];

    internal Dictionary<string, List<LineRecord>> Lines { get; } = [];

    internal Dictionary<string, List<CoreRelocation>> CoreRelocations { get; } = [];

    internal static BtfExtension Parse(EndianReader reader, Btf btf)
    {
        if (reader.U16(0) != BtfLayout.Magic)
        {
            throw reader.Error(0, "magic is not that of BTF.ext");
        }

        uint header = reader.U32(4);
        BtfExtension result = new();
        Each(reader, header, 8, 8, btf, result.Functions, static (r, at, _) => new FunctionRecord(r.U32(at) / 8, (int)r.U32(at + 4)));
        Each(reader, header, 16, 16, btf, result.Lines, static (r, at, _) => new LineRecord(r.U32(at) / 8, r.U32(at + 4), r.U32(at + 8), r.U32(at + 12)));
        if (header >= 32)
        {
            Each(reader, header, 24, 16, btf, result.CoreRelocations, static (r, at, b) => new CoreRelocation(
                (int)(r.U32(at) / 8), CheckedType(r, at, b), b.String(r.U32(at + 8)), CheckedKind(r, at)));
        }

        return result;
    }

    private delegate T Decode<T>(EndianReader reader, long at, Btf btf);

    private static void Each<T>(
        EndianReader reader, uint header, int field, uint minimum, Btf btf, Dictionary<string, List<T>> into, Decode<T> decode)
    {
        long at = header + (long)reader.U32(field);
        long end = at + reader.U32(field + 4);
        if (end == at)
        {
            return;
        }

        reader.Slice(at, end - at);
        uint recordSize = reader.U32(at);
        if (recordSize < minimum || recordSize % 4 != 0)
        {
            throw reader.Error(at, $"records of {recordSize} bytes, at least {minimum} expected");
        }

        at += 4;
        while (at < end)
        {
            string section = btf.String(reader.U32(at));
            long count = reader.U32(at + 4);
            at += 8;
            if (count == 0 || count > (end - at) / recordSize)
            {
                throw reader.Error(at - 4, $"{count} records do not fit");
            }

            if (!into.TryGetValue(section, out List<T>? list))
            {
                into.Add(section, list = new List<T>((int)count));
            }

            for (; count > 0; count--, at += recordSize)
            {
                list.Add(decode(reader, at, btf));
            }
        }
    }

    private static int CheckedType(EndianReader reader, long at, Btf btf)
    {
        uint id = reader.U32(at + 4);
        return id < (uint)btf.TypeCount ? (int)id : throw reader.Error(at + 4, $"type {id} of {btf.TypeCount}");
    }

    private static CoreRelocationKind CheckedKind(EndianReader reader, long at)
    {
        uint kind = reader.U32(at + 12);
        return kind <= (uint)CoreRelocationKind.TypeMatches
            ? (CoreRelocationKind)kind
            : throw reader.Error(at + 12, $"relocation kind {kind} is not known");
    }
}
