using System.Buffers.Binary;
using System.Text;

namespace EbpfFirewall.Native.Tests.Fuzz;

/// <summary>Changes objects where it hurts: fields of headers, tables, types and relocations get hostile values; sometimes any byte does.</summary>
internal sealed class ObjectMutator(Random random)
{
    private static readonly uint[] Interesting =
        [0, 1, 2, 3, 7, 8, 15, 16, 24, 32, 64, 0x7f, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x00ffffff, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff];

    private static readonly string[] Paths =
        ["0", "1", "0:0", "0:1", "0:0:0", "0:99", "4294967296", "2147483647", "0:2147483647:1", "", ":", "0:", "0:-1", "0: 1", "1:2:3:4:5:6:7:8", "٣"];

    internal byte[] Mutate(SeedObject seed)
    {
        byte[] input = (byte[])seed.Image.Clone();
        int changes = 1 << random.Next(4);
        for (int i = 0; i < changes; i++)
        {
            switch (random.Next(10))
            {
                case 0:
                    Field(seed, input, seed.SectionHeaders + (random.Next(seed.SectionCount) * SeedObject.SectionHeaderSize), SeedObject.SectionHeaderSize);
                    break;
                case 1:
                    Field(seed, input, 0, 64);
                    break;
                case 2 or 3:
                    Record(seed, input);
                    break;
                case 4 or 5 when seed.TypeOffsets.Length > 0:
                    Type(seed, input);
                    break;
                case 6 when seed.RelocationsLength > 0:
                    Relocation(seed, input);
                    break;
                case 7 when seed.TypesAt > 0:
                    Field(seed, input, random.Next(2) == 0 || seed.ExtensionAt == 0 ? seed.TypesAt : seed.ExtensionAt, 32);
                    break;
                case 8 when random.Next(16) == 0:
                    return input[..random.Next(input.Length)];
                default:
                    Bytes(seed, input);
                    break;
            }
        }

        return input;
    }

    /// <summary>An entry of a table: a symbol, a relocation, an instruction, a line of <c>.BTF.ext</c>.</summary>
    private void Record(SeedObject seed, byte[] input)
    {
        (_, uint type, int at, int length) = seed.Parts[random.Next(seed.Parts.Count)];
        int size = type switch
        {
            2 => 24,
            9 => 16,
            _ => 8,
        };
        if (length >= size)
        {
            Field(seed, input, at + (random.Next(length / size) * size), size);
        }
    }

    /// <summary>A type: its kind and count, what it refers to, its members; also itself, so that it has no end.</summary>
    private void Type(SeedObject seed, byte[] input)
    {
        int index = random.Next(seed.TypeOffsets.Length);
        int at = seed.TypeOffsets[index];
        switch (random.Next(6))
        {
            case 0:
                Write(seed, input, at + 4, ((uint)random.Next(22) << 24) | (uint)random.Next(6) | ((uint)random.Next(2) << 31));
                break;
            case 1:
                Write(seed, input, at + 8, (uint)(index + 1));
                break;
            case 2:
                Write(seed, input, at + 8, (uint)random.Next(seed.TypeOffsets.Length + 2));
                break;
            case 3:
                int other = seed.TypeOffsets[random.Next(seed.TypeOffsets.Length)];
                int length = Math.Min(12 * random.Next(1, 4), input.Length - Math.Max(at, other));
                input.AsSpan(other, length).ToArray().CopyTo(input.AsSpan(at));
                break;
            default:
                int next = index + 1 < seed.TypeOffsets.Length ? seed.TypeOffsets[index + 1] : seed.StringsAt;
                Field(seed, input, at, Math.Max(12, next - at));
                break;
        }
    }

    /// <summary>A CO-RE relocation: its instruction, type, kind, or the access string that it shares with others.</summary>
    private void Relocation(SeedObject seed, byte[] input)
    {
        int at = seed.RelocationsAt + (random.Next(seed.RelocationsLength / 4) * 4);
        if (random.Next(3) > 0)
        {
            Write(seed, input, at, random.Next(2) == 0 ? (uint)random.Next(64) : Interesting[random.Next(Interesting.Length)]);
            return;
        }

        byte[] path = Encoding.UTF8.GetBytes(Paths[random.Next(Paths.Length)]);
        int place = seed.StringsAt + random.Next(Math.Max(1, seed.StringsLength - path.Length));
        path.CopyTo(input.AsSpan(place, Math.Min(path.Length, input.Length - place)));
        Write(seed, input, at, (uint)(place - seed.StringsAt));
    }

    private void Field(SeedObject seed, byte[] input, int at, int length)
    {
        int place = at + (random.Next(length / 4) * 4);
        Write(seed, input, place, random.Next(3) switch
        {
            0 => Interesting[random.Next(Interesting.Length)],
            1 => (uint)random.Next(input.Length * 2),
            _ => Read(seed, input, place) + (uint)random.Next(-8, 9),
        });
    }

    private void Bytes(SeedObject seed, byte[] input)
    {
        int at = random.Next(input.Length);
        switch (random.Next(4))
        {
            case 0:
                input[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                input[at] = (byte)random.Next(256);
                break;
            case 2:
                Write(seed, input, at, Interesting[random.Next(Interesting.Length)]);
                break;
            default:
                input[at]++;
                break;
        }
    }

    private static uint Read(SeedObject seed, byte[] input, int at)
    {
        if (at < 0 || at > input.Length - 4)
        {
            return 0;
        }

        return seed.LittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(input.AsSpan(at)) : BinaryPrimitives.ReadUInt32BigEndian(input.AsSpan(at));
    }

    private static void Write(SeedObject seed, byte[] input, int at, uint value)
    {
        if (at < 0 || at > input.Length - 4)
        {
            return;
        }

        if (seed.LittleEndian)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(input.AsSpan(at), value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(input.AsSpan(at), value);
        }
    }
}
