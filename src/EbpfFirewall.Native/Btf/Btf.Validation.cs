using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native;

public sealed partial class Btf
{
    /// <summary>Checks every reference once, so that later reads need not.</summary>
    private void Validate()
    {
        uint stringLimit = _firstString + (uint)_strings.Length;
        for (int i = 0; i < _offsets.Length; i++)
        {
            BtfType type = new(this, _firstId + i, _offsets[i]);
            CheckName(type, type.NameOffset, stringLimit);
            if (BtfLayout.RefersToType(type.Kind))
            {
                CheckId(type, type.SizeOrType);
            }

            switch (type.Kind)
            {
                case BtfKind.Array:
                    CheckId(type, type.ElementType);
                    CheckId(type, (int)U32(type.Offset + 16));
                    break;
                case BtfKind.Struct or BtfKind.Union:
                    for (int m = 0; m < type.Count; m++)
                    {
                        BtfMember member = type.Member(m);
                        CheckName(type, member.NameOffset, stringLimit);
                        CheckId(type, member.TypeId);
                    }

                    break;
                case BtfKind.Enum or BtfKind.Enum64:
                    for (int e = 0; e < type.Count; e++)
                    {
                        CheckName(type, type.Enumerator(e).NameOffset, stringLimit);
                    }

                    break;
                case BtfKind.FunctionPrototype:
                    for (int p = 0; p < type.Count; p++)
                    {
                        CheckName(type, type.Parameter(p).NameOffset, stringLimit);
                        CheckId(type, type.Parameter(p).TypeId);
                    }

                    break;
                case BtfKind.DataSection:
                    for (int v = 0; v < type.Count; v++)
                    {
                        CheckId(type, type.SectionEntry(v).TypeId);
                    }

                    break;
                default:
                    break;
            }
        }
    }

    private void CheckId(BtfType type, int id)
    {
        if ((uint)id >= (uint)TypeCount)
        {
            throw new BpfFormatException(SectionName, type.Offset, $"type {type.Id} refers to type {id} of {TypeCount}");
        }
    }

    private static void CheckName(BtfType type, uint offset, uint limit)
    {
        if (offset >= limit && offset != 0)
        {
            throw new BpfFormatException(SectionName, type.Offset, $"type {type.Id} has its name outside of the string section");
        }
    }
}
