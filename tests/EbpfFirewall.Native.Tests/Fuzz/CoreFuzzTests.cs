using System.Globalization;
using System.Runtime.CompilerServices;
using EbpfFirewall.Native.BtfModel;
using EbpfFirewall.Native.CoRe;
using EbpfFirewall.Native.Tests.Support;

namespace EbpfFirewall.Native.Tests.Fuzz;

/// <summary>CO-RE relocations of every form against types that are always the same.</summary>
public sealed class CoreFuzzTests
{
    private static readonly string[] Hostile = ["", ":", "0:", "-1", "0:-1", "99999999999", "2147483647", "0:2147483647:2147483647", " 0", "0x1", "a", "٣"];

    [Fact]
    public void A_type_that_the_kernel_has_alike_resolves_to_what_the_compiler_wrote()
    {
        Btf types = ParserTarget.Kernel;
        CoreResolver resolver = new(types, types);
        Random random = new(1);
        int[] roots = [.. Enumerable.Range(1, types.TypeCount - 1).Where(id => IsUnambiguous(types, id))];
        HashSet<CoreRelocationKind> seen = [];
        for (int i = 0; i < 20_000; i++)
        {
            int root = roots[random.Next(roots.Length)];
            (string path, bool isMember) = Path(types, root, random);
            CoreRelocationKind kind = path == "0" || !isMember
                ? random.Next(2) == 0 ? CoreRelocationKind.FieldByteOffset : CoreRelocationKind.FieldExists
                : (CoreRelocationKind)random.Next((int)CoreRelocationKind.FieldRightShift + 1);
            CoreRelocation relocation = new(0, root, path, kind);

            CoreResolution resolution = resolver.Resolve(relocation);

            seen.Add(kind);
            resolution.IsPoison.Should().BeFalse(resolver.Describe(relocation));
            resolution.Value.Should().Be(resolution.Original, resolver.Describe(relocation));
            resolution.CannotResize.Should().BeFalse(resolver.Describe(relocation));
        }

        roots.Should().HaveCountGreaterThan(3);
        seen.Should().HaveCount((int)CoreRelocationKind.FieldRightShift + 1);
    }

    [Fact]
    public void Any_relocation_resolves_is_poisoned_or_is_refused()
    {
        int iterations = ObjectFuzzTests.Setting("EFW_FUZZ_ITERATIONS", 20_000);
        Random random = new(ObjectFuzzTests.Setting("EFW_FUZZ_SEED", 1));
        Btf local = TestObject.Parse("core_fields").TypeInformation!;
        int refused = 0;
        for (int i = 0; i < iterations; i++)
        {
            // What is resolved is remembered: a resolver for each keeps memory out of the question.
            CoreResolver resolver = new(local, random.Next(4) == 0 ? local : ParserTarget.Kernel);
            CoreRelocation relocation = new(
                0, random.Next(local.TypeCount), AnyPath(local, random), (CoreRelocationKind)random.Next((int)CoreRelocationKind.TypeMatches + 1));
            BpfInstruction[] code = [AnyInstruction(random), AnyInstruction(random)];
            try
            {
                CorePatcher.Apply(code, 0, resolver.Resolve(relocation), resolver.Describe(relocation));
            }
            catch (Exception refusal) when (refusal is BpfFormatException or BpfException)
            {
                refused++;
            }
        }

        refused.Should().BeInRange(iterations / 20, iterations - (iterations / 50));
    }

    private static string AnyPath(Btf types, Random random) => random.Next(4) switch
    {
        0 => Hostile[random.Next(Hostile.Length)],
        1 => string.Join(':', Enumerable.Range(0, random.Next(1, 70)).Select(_ => random.Next(4))),
        _ => Path(types, random.Next(types.TypeCount), random).Path,
    };

    private static BpfInstruction AnyInstruction(Random random) => Unsafe.BitCast<long, BpfInstruction>(random.NextInt64());

    private static bool IsUnambiguous(Btf types, int id) =>
        types.Type(id).IsComposite && types.Type(id).NameBytes.Length > 0 && types.Type(id).Count > 0
        && types.Candidates(Btf.EssentialName(types.Type(id).NameBytes)).Count == 1;

    /// <summary>A way into a type that is there: members and elements picked at random.</summary>
    private static (string Path, bool IsMember) Path(Btf types, int root, Random random)
    {
        List<int> path = [0];
        BtfType type = types.Skip(root);
        bool isMember = false;
        bool isAnonymous = false;
        while (isAnonymous || ((random.Next(4) > 0 || path.Count == 1) && path.Count < 8))
        {
            if (type.IsComposite && type.Count > 0)
            {
                int index = random.Next(type.Count);
                path.Add(index);
                BtfMember member = type.Member(index);
                isMember = member.NameOffset != 0;

                // C has no expression for an anonymous member as a whole: a way that begins into one goes on.
                isAnonymous = !isMember && types.Skip(member.TypeId).IsComposite;
                type = types.Skip(member.TypeId);
            }
            else if (type.Kind == BtfKind.Array && type.ElementCount > 0)
            {
                path.Add(random.Next((int)type.ElementCount));
                isMember = false;
                isAnonymous = false;
                type = types.Skip(type.ElementType);
            }
            else
            {
                break;
            }
        }

        return (string.Join(':', path.Select(static p => p.ToString(CultureInfo.InvariantCulture))), isMember);
    }
}
