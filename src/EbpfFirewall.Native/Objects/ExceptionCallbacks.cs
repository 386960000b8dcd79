using EbpfFirewall.Native.BtfModel;

namespace EbpfFirewall.Native.Objects;

/// <summary>
/// Finds for each program the function that runs when it throws (<c>bpf_throw</c>, Linux 6.7): a declaration tag on the program names
/// it. Where the tag is wrong the program is left as it is, and the verifier says what is wrong.
/// </summary>
internal static class ExceptionCallbacks
{
    private const string Tag = "exception_callback:";

    internal static void Assign(ObjectSymbols symbols, Btf btf)
    {
        Dictionary<string, List<string>> named = [];
        for (int id = 1; id < btf.TypeCount; id++)
        {
            BtfType tag = btf.Type(id);
            if (tag.Kind == BtfKind.DeclarationTag && tag.ComponentIndex == -1 && tag.Name.StartsWith(Tag, StringComparison.Ordinal)
                && btf.Type(tag.SizeOrType) is { Kind: BtfKind.Function } program)
            {
                if (!named.TryGetValue(program.Name, out List<string>? callbacks))
                {
                    named.Add(program.Name, callbacks = []);
                }

                callbacks.Add(tag.Name[Tag.Length..]);
            }
        }

        if (named.Count == 0)
        {
            return;
        }

        List<BpfFunction> functions = [.. symbols.Functions.Values.SelectMany(static f => f)];
        foreach (BpfFunction function in functions)
        {
            if (named.TryGetValue(function.Name, out List<string>? callbacks) && callbacks is [string only])
            {
                function.ExceptionCallback = functions.Find(
                    f => f.Name == only && f.Section == ObjectSymbols.TextSection && !f.IsLocal && !f.IsHidden);
            }
        }
    }
}
